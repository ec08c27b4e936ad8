/**
 * What replicas say to each other to find and mend their differences, in few bytes, and what
 * follows from it. Nothing here waits or sends: it takes records and gives bytes. Uses {@code
 * engine} alone.
 */
package io.sedna.daemon.replication.repair;
