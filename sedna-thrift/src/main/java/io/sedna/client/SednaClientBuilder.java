// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.client.discovery.InstanceDiscovery;
import io.sedna.client.rpc.Gathering;
import io.sedna.client.rpc.NettyTransport;
import io.sedna.client.rpc.RpcClient;
import io.sedna.client.rpc.RpcOptions;
import io.sedna.common.conf.ClientBatchingConfig;
import io.sedna.common.conf.ClientConfig;
import io.sedna.common.conf.HostPort;
import io.sedna.common.conf.NearCacheConfig;
import io.sedna.common.conf.ServerConfig;
import io.sedna.common.conf.TransportConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;

/**
 * Collects what a client needs to know. What is said here comes before the configuration, and the
 * configuration before the defaults. Not thread-safe.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class SednaClientBuilder {
  private static final int MAX_EVENT_LOOPS = 4;

  private Configuration configuration;
  private List<HostPort> bootstrap;
  private Duration requestTimeout;
  private Duration deadline;
  private Integer connectionsPerNode;
  private Integer maxInflight;
  private Integer batchMaxBytes;
  private ClientBatchingConfig batching;
  private NearCacheConfig nearCache;
  private int eventLoops;
  private Executor callbacks;

  SednaClientBuilder() {}

  /**
   * Daemons to begin with, as host:port separated by commas.
   *
   * @throws SednaException INVALID_ARGUMENT that quotes what is no address
   */
  public SednaClientBuilder bootstrap(String addresses) {
    return bootstrap(HostPort.parseList(addresses));
  }

  /** Daemons to begin with; one that answers is enough. */
  public SednaClientBuilder bootstrap(List<HostPort> addresses) {
    bootstrap = List.copyOf(addresses);
    return this;
  }

  /**
   * Takes the settings {@code sedna.client.*}, and, where no daemon is named, finds the instance
   * {@code sedna.instance} through ZooKeeper.
   */
  public SednaClientBuilder configuration(Configuration conf) {
    configuration = conf;
    return this;
  }

  /** sedna.client.request.timeout.ms. */
  public SednaClientBuilder requestTimeout(Duration value) {
    requestTimeout = value;
    return this;
  }

  /** sedna.client.deadline.ms. */
  public SednaClientBuilder deadline(Duration value) {
    deadline = value;
    return this;
  }

  /** sedna.client.connections.per.node. */
  public SednaClientBuilder connectionsPerNode(int value) {
    connectionsPerNode = value;
    return this;
  }

  /** sedna.client.max.inflight. */
  public SednaClientBuilder maxInflight(int value) {
    maxInflight = value;
    return this;
  }

  /** sedna.client.batch.max.bytes. */
  public SednaClientBuilder batchMaxBytes(int value) {
    batchMaxBytes = value;
    return this;
  }

  /** sedna.client.batch.*: how single gets and puts of many callers share frames. */
  public SednaClientBuilder batching(ClientBatchingConfig value) {
    batching = value;
    return this;
  }

  /** sedna.client.near.cache.*: what the client keeps of what it has read. */
  public SednaClientBuilder nearCache(NearCacheConfig value) {
    nearCache = value;
    return this;
  }

  /** Threads of the client; 0, the default: as many as processors, at most 4. */
  public SednaClientBuilder eventLoops(int value) {
    eventLoops = value;
    return this;
  }

  /** Completes the futures that callers see; otherwise the event loops do. */
  public SednaClientBuilder callbackExecutor(Executor executor) {
    callbacks = executor;
    return this;
  }

  /**
   * Connects: returns when a daemon has answered, trying for sedna.client.deadline.ms at most.
   *
   * @throws SednaException UNAVAILABLE that names the daemons asked; INVALID_ARGUMENT;
   *     ZOOKEEPER_UNREACHABLE and INSTANCE_NOT_FOUND where ZooKeeper has to be asked
   */
  public SednaClient build() {
    ClientConfig config = config();
    List<HostPort> daemons = config.bootstrap();
    if (daemons.isEmpty()) {
      if (configuration == null) {
        throw new SednaException(
            ErrorCode.INVALID_ARGUMENT,
            "no daemon to begin with: give bootstrap addresses or a configuration");
      }
      daemons = InstanceDiscovery.find(configuration);
    }
    var group =
        transport()
            .group(
                eventLoops > 0
                    ? eventLoops
                    : Math.min(MAX_EVENT_LOOPS, Runtime.getRuntime().availableProcessors()),
                "sedna-client");
    var core =
        new ClientCore(config, daemons, group, new RpcClient(options(config), group), callbacks);
    try {
      core.await(core.begin(core::firstContact));
      return new DefaultSednaClient(core, nearCacheConfig());
    } catch (RuntimeException e) {
      core.close();
      throw e;
    }
  }

  private NettyTransport transport() {
    return NettyTransport.choose(
        TransportConfig.CLIENT_TRANSPORT,
        configuration == null
            ? TransportConfig.CLIENT_TRANSPORT_DEFAULT
            : TransportConfig.from(configuration).client());
  }

  private RpcOptions options(ClientConfig config) {
    int frame =
        configuration == null
            ? RpcOptions.defaults().maxFrameBytes()
            : ServerConfig.from(configuration).maxFrameBytes();
    return RpcOptions.defaults()
        .withConnections(config.connectionsPerNode())
        .withMaxInflight(config.maxInflight())
        .withConnectTimeoutMs(config.connectTimeoutMs())
        .withRequestTimeoutMs((int) Math.min(Integer.MAX_VALUE, config.requestTimeoutMs()))
        .withMaxFrameBytes(frame)
        .withGathering(gathering());
  }

  private Gathering gathering() {
    ClientBatchingConfig config =
        batching != null
            ? batching
            : configuration != null
                ? ClientBatchingConfig.from(configuration)
                : ClientBatchingConfig.defaults();
    return config.enabled()
        ? Gathering.DEFAULT.withMaxKeys(config.maxKeys()).withLingerMicros(config.lingerMicros())
        : Gathering.NONE;
  }

  private NearCacheConfig nearCacheConfig() {
    if (nearCache != null) {
      return nearCache;
    }
    return configuration != null ? NearCacheConfig.from(configuration) : NearCacheConfig.none();
  }

  private ClientConfig config() {
    ClientConfig base =
        configuration != null
            ? ClientConfig.from(configuration)
            : new ClientConfig(
                List.of(),
                ClientConfig.CONNECTIONS_PER_NODE_DEFAULT,
                ClientConfig.MAX_INFLIGHT_DEFAULT,
                ClientConfig.CONNECT_TIMEOUT_MS_DEFAULT,
                ClientConfig.REQUEST_TIMEOUT_MS_DEFAULT,
                ClientConfig.DEADLINE_MS_DEFAULT,
                ClientConfig.RETRY_BASE_MS_DEFAULT,
                ClientConfig.RETRY_MAX_MS_DEFAULT,
                ClientConfig.BATCH_MAX_BYTES_DEFAULT);
    return new ClientConfig(
        bootstrap != null ? bootstrap : base.bootstrap(),
        connectionsPerNode != null ? connectionsPerNode : base.connectionsPerNode(),
        maxInflight != null ? maxInflight : base.maxInflight(),
        base.connectTimeoutMs(),
        requestTimeout != null ? requestTimeout.toMillis() : base.requestTimeoutMs(),
        deadline != null ? deadline.toMillis() : base.deadlineMs(),
        base.retryBaseMs(),
        base.retryMaxMs(),
        batchMaxBytes != null ? batchMaxBytes : base.batchMaxBytes());
  }
}
