/**
 * Snapshots as input of MapReduce jobs, without a daemon. Uses {@code io.sedna.common} and the
 * record type and counters of {@code io.sedna.hadoop.mapreduce}; nothing of the client.
 */
package io.sedna.hadoop.snapshot;
