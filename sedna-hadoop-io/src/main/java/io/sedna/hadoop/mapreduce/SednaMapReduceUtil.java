// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.mapreduce;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.Zstd;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.unix.UnixChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.ReferenceCounted;
import io.sedna.client.SednaClient;
import io.sedna.common.conf.ClientConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.hadoop.snapshot.SednaSnapshotInputFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.openhft.hashing.LongHashFunction;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.BytesWritable;
import org.apache.hadoop.mapreduce.InputFormat;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.Mapper;
import org.apache.hadoop.mapreduce.Reducer;
import org.apache.thrift.TBase;

/**
 * Sets up MapReduce jobs that read or write Sedna.
 *
 * <pre>{@code
 * Job job = Job.getInstance(SednaConfiguration.create());
 * job.setJarByClass(MyMapper.class);
 * SednaMapReduceUtil.initMapperJob("shop.orders", MyMapper.class, Text.class, Text.class, job);
 * SednaMapReduceUtil.initReducerJob("shop.totals", MyReducer.class, job);
 * job.waitForCompletion(true);
 * }</pre>
 *
 * <p>The instance is the one of {@code sedna.client.bootstrap}, or else is found through {@code
 * sedna.zookeeper.quorum} and {@code sedna.instance}. It is asked at submission, which fails if it
 * cannot be reached or has no such table, and tells the tasks the addresses of its daemons.
 *
 * <p>A program that uses Sedna's one jar brings everything with it; one that is built from the
 * modules brings their libraries, as of its own class path, beside those of the cluster. Where the
 * two clash, use the one jar.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class SednaMapReduceUtil {
  /** One class of each library that tasks need; the cluster has Hadoop and SLF4J. */
  private static final List<Class<?>> LIBRARIES =
      List.of(
          SednaMapReduceUtil.class,
          SednaClient.class,
          SednaException.class,
          TBase.class,
          ReferenceCounted.class,
          ByteBuf.class,
          Channel.class,
          UnixChannel.class,
          AddressResolverGroup.class,
          ByteToMessageDecoder.class,
          IdleStateHandler.class,
          Zstd.class,
          ObjectMapper.class,
          JsonFactory.class,
          JsonProperty.class,
          LongHashFunction.class);

  /** Libraries that only the snapshot format sees: a name is no use of them. */
  private static final List<String> HIDDEN_LIBRARIES = List.of("org.apache.avro.Schema");

  private SednaMapReduceUtil() {}

  /**
   * A job whose mapper reads a table: {@code Mapper<BytesWritable, SednaRecord, …>}.
   *
   * @param table dataset.table
   * @throws SednaException with {@link ErrorCode#INVALID_NAME}
   * @throws IOException if classes cannot be packed for the tasks
   */
  public static void initMapperJob(
      String table,
      Class<? extends Mapper<BytesWritable, SednaRecord, ?, ?>> mapper,
      Class<?> outputKey,
      Class<?> outputValue,
      Job job)
      throws IOException {
    initMapperJob(table, SednaInputFormat.class, mapper, outputKey, outputValue, job);
  }

  /**
   * A job whose mapper reads a table through another of its input formats.
   *
   * @param format {@link SednaInputFormat}, {@link SednaBytesInputFormat} or a subclass
   * @throws SednaException with {@link ErrorCode#INVALID_NAME}
   * @throws IOException if classes cannot be packed for the tasks
   */
  @SuppressWarnings("rawtypes")
  public static void initMapperJob(
      String table,
      Class<? extends InputFormat> format,
      Class<? extends Mapper> mapper,
      Class<?> outputKey,
      Class<?> outputValue,
      Job job)
      throws IOException {
    SednaInputFormat.setTable(job.getConfiguration(), table);
    initMapper(format, mapper, outputKey, outputValue, job);
  }

  /**
   * A job whose mapper reads a table of a snapshot: {@code Mapper<BytesWritable, SednaRecord, …>}.
   *
   * @param directory of the snapshot, on any Hadoop file system
   * @param table dataset.table; null: the only one of the snapshot
   * @throws SednaException with {@link ErrorCode#INVALID_NAME}
   * @throws IOException if classes cannot be packed for the tasks
   */
  public static void initSnapshotMapperJob(
      Path directory,
      String table,
      Class<? extends Mapper<BytesWritable, SednaRecord, ?, ?>> mapper,
      Class<?> outputKey,
      Class<?> outputValue,
      Job job)
      throws IOException {
    SednaSnapshotInputFormat.setSnapshot(job.getConfiguration(), directory, table);
    initMapper(SednaSnapshotInputFormat.class, mapper, outputKey, outputValue, job);
  }

  @SuppressWarnings("rawtypes")
  private static void initMapper(
      Class<? extends InputFormat> format,
      Class<? extends Mapper> mapper,
      Class<?> outputKey,
      Class<?> outputValue,
      Job job)
      throws IOException {
    addDefaults(job.getConfiguration());
    job.setInputFormatClass(format);
    job.setMapperClass(mapper);
    job.setMapOutputKeyClass(outputKey);
    job.setMapOutputValueClass(outputValue);
    addDependencyJars(job);
  }

  /**
   * A job whose reducer, or whose mapper where there are no reducers, writes a table; see {@link
   * SednaOutputFormat} for keys and values.
   *
   * @param table dataset.table
   * @param reducer null: the mapper writes, and the job has no reducers
   * @throws SednaException with {@link ErrorCode#INVALID_NAME}
   * @throws IOException if classes cannot be packed for the tasks
   */
  @SuppressWarnings("rawtypes")
  public static void initReducerJob(String table, Class<? extends Reducer> reducer, Job job)
      throws IOException {
    addDefaults(job.getConfiguration());
    SednaOutputFormat.setTable(job.getConfiguration(), table);
    job.setOutputFormatClass(SednaOutputFormat.class);
    if (reducer == null) {
      job.setNumReduceTasks(0);
    } else {
      job.setReducerClass(reducer);
    }
    addDependencyJars(job);
  }

  /**
   * Has the job carry Sedna, the libraries that it needs, and the job's own classes to the tasks.
   *
   * @throws IOException if classes that come from a directory cannot be packed
   */
  public static void addDependencyJars(Job job) throws IOException {
    addLibraries(job.getConfiguration(), job.getJar());
    var own = new ArrayList<Class<?>>();
    try {
      own.add(job.getInputFormatClass());
      own.add(job.getMapperClass());
      own.add(job.getMapOutputKeyClass());
      own.add(job.getMapOutputValueClass());
      own.add(job.getCombinerClass());
      own.add(job.getPartitionerClass());
      own.add(job.getReducerClass());
      own.add(job.getOutputFormatClass());
    } catch (ClassNotFoundException e) {
      throw new IOException("a class of the job is not on the class path", e);
    }
    DependencyJars.add(job.getConfiguration(), job.getJar(), own);
  }

  /** Has a job's configuration carry Sedna and the libraries that it needs to the tasks. */
  public static void addDependencyJars(Configuration conf) throws IOException {
    addLibraries(conf, conf.get("mapreduce.job.jar"));
  }

  private static void addLibraries(Configuration conf, String jobJar) throws IOException {
    var libraries = new ArrayList<>(LIBRARIES);
    for (var name : HIDDEN_LIBRARIES) {
      try {
        libraries.add(Class.forName(name, false, SednaMapReduceUtil.class.getClassLoader()));
      } catch (ClassNotFoundException e) {
        throw new IOException("a library of Sedna is not on the class path: " + name, e);
      }
    }
    DependencyJars.add(conf, jobJar, libraries);
  }

  /** Settings of files, beneath what the job sets, unless they are there. */
  private static void addDefaults(Configuration conf) {
    // Added twice they would win over files that were named in between.
    if (conf.get(ClientConfig.DEADLINE_MS) == null) {
      conf.addResource("sedna-default.xml");
      conf.addResource("sedna-site.xml");
    }
  }
}
