// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.am;

import io.sedna.common.conf.ClusterConfig;
import io.sedna.common.conf.SednaConfiguration;
import io.sedna.common.conf.YarnConfig;
import io.sedna.common.conf.ZooKeeperConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.yarn.launch.InstanceConnector;
import io.sedna.yarn.launch.InstanceDescriptor;
import io.sedna.yarn.launch.InstanceZnodes;
import io.sedna.yarn.launch.StagingDirectory;
import io.sedna.yarn.web.WebServer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonConfigurationKeysPublic;
import org.apache.hadoop.net.DNSToSwitchMapping;
import org.apache.hadoop.util.GenericOptionsParser;
import org.apache.hadoop.yarn.api.ApplicationConstants.Environment;
import org.apache.hadoop.yarn.api.records.ContainerId;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.apache.hadoop.yarn.api.records.Resource;
import org.apache.hadoop.yarn.client.api.async.NMClientAsync;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the daemons of an instance running until it is told through ZooKeeper to stop. Run by YARN,
 * in the container that the submission describes. When it ends in any other way, YARN starts it
 * again, and it takes over the containers that it left behind.
 */
@InterfaceAudience.Private
public final class ApplicationMaster {
  private static final Logger LOG = LoggerFactory.getLogger(ApplicationMaster.class);

  private static final long REQUEST_PATIENCE_MS = 5_000;
  private static final long DRAIN_RETRY_MS = 10_000;
  private static final long POLL_MS = 1_000;
  private static final long MONITOR_MS = 2_000;
  private static final long STOP_TIMEOUT_MS = 30_000;
  private static final long STAGING_PATIENCE_MS = 600_000;
  private static final int EXIT_STOPPED = 0;
  private static final int EXIT_LOST = 1;

  /** Another application has the instance's path in ZooKeeper. */
  private static final int EXIT_REPLACED = 2;

  /** Whatever the master asks of daemons should fail before it is asked again too often. */
  private static final Duration CLIENT_DEADLINE = Duration.ofSeconds(5);

  private final Configuration conf;
  private final YarnConfig config;
  private final InstanceDescriptor descriptor;
  private final ContainerId self;
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();
  private final ScheduledExecutorService pollers =
      Executors.newScheduledThreadPool(
          4,
          task -> {
            var thread = new Thread(task, "sedna-poller");
            thread.setDaemon(true);
            return thread;
          });

  private ApplicationMaster(Configuration conf, ContainerId self) throws InterruptedException {
    this.conf = conf;
    this.self = self;
    this.config = YarnConfig.from(conf);
    this.descriptor = descriptor(conf);
  }

  public static void main(String[] args) {
    var status = EXIT_LOST;
    try {
      var conf = new YarnConfiguration(SednaConfiguration.create());
      new GenericOptionsParser(conf, args);
      conf.setClass(
          CommonConfigurationKeysPublic.NET_TOPOLOGY_NODE_SWITCH_MAPPING_IMPL_KEY,
          ReportedRacks.class,
          DNSToSwitchMapping.class);
      var container = ContainerId.fromString(System.getenv(Environment.CONTAINER_ID.name()));
      status = new ApplicationMaster(conf, container).run();
    } catch (Exception e) {
      LOG.error("the application master failed", e);
    }
    System.exit(status);
  }

  /**
   * Patient with the file system: to give up would use up one of the attempts that YARN grants, and
   * with the last the daemons would go.
   */
  private static InstanceDescriptor descriptor(Configuration conf) throws InterruptedException {
    var name = conf.get(ClusterConfig.INSTANCE);
    var deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STAGING_PATIENCE_MS);
    while (true) {
      try {
        return StagingDirectory.of(conf)
            .read(name)
            .orElseThrow(
                () ->
                    new SednaException(
                        ErrorCode.INSTANCE_NOT_FOUND,
                        "there is no description of instance " + name));
      } catch (SednaException e) {
        if (e.code() != ErrorCode.STORAGE_FAILED || System.nanoTime() > deadlineNs) {
          throw e;
        }
        LOG.warn("will be tried again: {}", e.toString());
        TimeUnit.MILLISECONDS.sleep(POLL_MS * 5);
      }
    }
  }

  /** What ZooKeeper says; while it is away, what the description says, which flex changes too. */
  private int desired(InstanceZnodes znodes) {
    try {
      return znodes.daemons().orElse(descriptor.daemons());
    } catch (SednaException e) {
      LOG.warn("taking the number of daemons from the description: {}", e.toString());
      return descriptor.daemons();
    }
  }

  private int run() throws Exception {
    var applicationId = self.getApplicationAttemptId().getApplicationId().toString();
    LOG.info("master of {} as {}", descriptor.name(), self.getApplicationAttemptId());
    try (var znodes = InstanceZnodes.open(ZooKeeperConfig.from(conf), descriptor.name());
        var nodes = new NodeWatch(conf);
        var connection = new InstanceConnector(conf, descriptor.name(), CLIENT_DEADLINE)) {
      var table = new SlotTable(policy(), new Placer(descriptor.memoryMb(), descriptor.vcores()));
      table.setDesired(desired(znodes));
      if (self.getApplicationAttemptId().getAttemptId() > 1) {
        table.holdRequestsUntil(System.currentTimeMillis() + config.amAdoptWaitMs());
      }
      var monitor =
          new InstanceMonitor(
              new InstanceMonitor.Identity(
                  descriptor.name(),
                  applicationId,
                  ZooKeeperConfig.from(conf).quorum() + znodes.path(),
                  System.currentTimeMillis()),
              descriptor::nodeId,
              host -> "",
              connection);
      try (var web = new WebServer(monitor::view)) {
        return drive(
            new Surroundings(applicationId, znodes, nodes, connection, monitor, web), table);
      }
    } finally {
      pollers.shutdownNow();
    }
  }

  private record Surroundings(
      String applicationId,
      InstanceZnodes znodes,
      NodeWatch nodes,
      InstanceConnector connection,
      InstanceMonitor monitor,
      WebServer web) {}

  private int drive(Surroundings around, SlotTable table) throws Exception {
    var callbacks = new YarnCallbacks(() -> exit.complete(EXIT_LOST));
    around.nodes().refresh();
    var nodeManagers = NMClientAsync.createNMClientAsync(callbacks.nodeManagers());
    nodeManagers.init(conf);
    // Daemons outlive their master: stopping this client must not stop them.
    nodeManagers.getClient().cleanupRunningContainersOnStop(false);
    nodeManagers.start();
    try (var resourceManager =
        new ResourceManagerLink(
            conf,
            callbacks.resourceManager(),
            Resource.newInstance(descriptor.memoryMb(), descriptor.vcores()))) {
      var listener = new LoopDrains();
      var drainer = new Drainer(around.connection()::admin, descriptor::nodeId, listener);
      var loop =
          new MasterLoop(
              new MasterLoop.Parts(
                  table,
                  resourceManager,
                  nodeManagers,
                  new DaemonLauncher(conf, descriptor, around.applicationId()),
                  around.nodes(),
                  drainer,
                  around.monitor()),
              descriptor,
              System::currentTimeMillis);
      listener.loop = loop;
      try (loop) {
        var host = System.getenv(Environment.NM_HOST.name());
        var trackingUrl = "http://" + host + ":" + around.web().port() + "/";
        var found = resourceManager.register(host, trackingUrl);
        LOG.info(
            "registered with {}; {} containers left by earlier attempts",
            trackingUrl,
            found.size());
        loop.adopt(found);
        callbacks.deliverTo(loop);
        every(POLL_MS, around.nodes()::refresh);
        every(POLL_MS, drainer::poll);
        every(MONITOR_MS, () -> around.monitor().poll(System.currentTimeMillis()));
        loop.start();
        try (var watch = around.znodes().watch(() -> soon(() -> obey(around, loop)))) {
          // Now and then too, in case a watch was missed.
          every(POLL_MS * 5, () -> obey(around, loop));
          var status = exit.get();
          if (status == EXIT_STOPPED) {
            finish(loop, resourceManager, FinalApplicationStatus.SUCCEEDED, "stopped");
          } else if (status == EXIT_REPLACED) {
            finish(loop, resourceManager, FinalApplicationStatus.FAILED, replaced(around));
          }
          return status;
        }
      }
    } finally {
      nodeManagers.stop();
    }
  }

  /** Does what the znodes say. */
  private void obey(Surroundings around, MasterLoop loop) {
    if (around.znodes().stopRequested(around.applicationId())) {
      loop.stop();
      exit.complete(EXIT_STOPPED);
    } else if (isReplaced(around)) {
      // Its daemons would be refused, and be started again and again.
      LOG.error("ending: {}", replaced(around));
      loop.stop();
      exit.complete(EXIT_REPLACED);
    } else {
      around.znodes().daemons().ifPresent(loop::setDesired);
    }
  }

  /** Whether another cluster took the path over while no daemon of this application lived. */
  private static boolean isReplaced(Surroundings around) {
    return around.znodes().owner().filter(id -> !id.equals(around.applicationId())).isPresent();
  }

  private static String replaced(Surroundings around) {
    return "the ZooKeeper path "
        + around.znodes().path()
        + " belongs to "
        + around.znodes().owner().orElse("nobody")
        + " now: give one of the two instances another name or another "
        + ZooKeeperConfig.ROOT;
  }

  private static void finish(
      MasterLoop loop,
      ResourceManagerLink resourceManager,
      FinalApplicationStatus status,
      String diagnostics)
      throws IOException, YarnException, InterruptedException {
    loop.stop();
    if (!loop.awaitStopped(STOP_TIMEOUT_MS)) {
      LOG.warn("some containers have not ended; YARN ends them with the application");
    }
    resourceManager.unregister(status, diagnostics);
    LOG.info("{}", diagnostics);
  }

  private SlotPolicy policy() {
    return new SlotPolicy(
        descriptor.allowColocation(),
        config.placementWaitMs(),
        REQUEST_PATIENCE_MS,
        config.daemonRestartBaseMs(),
        config.daemonRestartMaxMs(),
        DRAIN_RETRY_MS);
  }

  private void every(long periodMs, Runnable task) {
    var unused =
        pollers.scheduleWithFixedDelay(() -> guarded(task), 0, periodMs, TimeUnit.MILLISECONDS);
  }

  private void soon(Runnable task) {
    if (!pollers.isShutdown()) {
      pollers.execute(() -> guarded(task));
    }
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.warn("will be tried again: {}", e.toString());
    }
  }

  private static final class LoopDrains implements Drainer.Listener {
    private volatile MasterLoop loop;

    @Override
    public void drained(int slot) {
      loop.drained(slot);
    }

    @Override
    public void drainFailed(int slot, String reason) {
      loop.drainFailed(slot, reason);
    }
  }
}
