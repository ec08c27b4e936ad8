/**
 * What agrees through ZooKeeper: members, the partition map and the table catalogue, as this daemon
 * sees them. Uses Curator, and of Sedna only {@code io.sedna.common}.
 */
package io.sedna.daemon.cluster;
