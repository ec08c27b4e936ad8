/**
 * Clusters inside one JVM: {@link io.sedna.minicluster.MiniHadoopCluster} is HDFS, YARN and
 * MapReduce, for programs that need the real thing without an installation. May use everything of
 * Sedna.
 */
package io.sedna.minicluster;
