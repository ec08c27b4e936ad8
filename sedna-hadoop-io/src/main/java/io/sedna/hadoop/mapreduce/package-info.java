/**
 * Tables of a running instance as input and output of MapReduce jobs. May use {@code
 * io.sedna.common} and {@code io.sedna.client}; knows nothing of the tools and of snapshots, except
 * that {@link io.sedna.hadoop.mapreduce.SednaMapReduceUtil} sets up jobs over both.
 */
package io.sedna.hadoop.mapreduce;
