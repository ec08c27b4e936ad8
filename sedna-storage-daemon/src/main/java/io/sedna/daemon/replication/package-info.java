/**
 * Copies of records: coordination of reads and writes over replicas, the replica's side of it, and
 * the filling of new replicas. Uses {@code engine}, {@code cluster}, {@code metrics}, the peer
 * interface and the RPC client; takes nothing from {@code server}.
 */
package io.sedna.daemon.replication;
