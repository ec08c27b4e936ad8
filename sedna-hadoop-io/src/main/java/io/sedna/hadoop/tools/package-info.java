/**
 * MapReduce programs that come with Sedna, each a Hadoop {@link org.apache.hadoop.util.Tool} with
 * {@code --help}. May use {@code io.sedna.hadoop.mapreduce} and {@code io.sedna.hadoop.snapshot};
 * nothing uses it but the command line, by {@link io.sedna.common.cli.ToolProvider}.
 */
package io.sedna.hadoop.tools;
