// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.am;

import io.sedna.yarn.launch.InstanceDescriptor;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.apache.hadoop.yarn.api.records.Container;
import org.apache.hadoop.yarn.api.records.ContainerId;
import org.apache.hadoop.yarn.api.records.ContainerStatus;
import org.apache.hadoop.yarn.client.api.async.NMClientAsync;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what {@link SlotTable} decides, on one thread. Whatever happens elsewhere is handed
 * over by the methods of this class, which are safe on any thread and return at once.
 */
final class MasterLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MasterLoop.class);

  private static final long TICK_MS = 250;

  private final SlotTable table;
  private final ResourceManagerLink resourceManager;
  private final NMClientAsync nodeManagers;
  private final DaemonLauncher launcher;
  private final InstanceDescriptor descriptor;
  private final NodeWatch nodes;
  private final Drainer drainer;
  private final InstanceMonitor monitor;
  private final LongSupplier clockMs;

  private final Map<String, Container> containers = new HashMap<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final ScheduledThreadPoolExecutor thread;
  private boolean stopping;

  /** Everything that the loop drives. */
  record Parts(
      SlotTable table,
      ResourceManagerLink resourceManager,
      NMClientAsync nodeManagers,
      DaemonLauncher launcher,
      NodeWatch nodes,
      Drainer drainer,
      InstanceMonitor monitor) {}

  MasterLoop(Parts parts, InstanceDescriptor descriptor, LongSupplier clockMs) {
    this.table = parts.table();
    this.resourceManager = parts.resourceManager();
    this.nodeManagers = parts.nodeManagers();
    this.launcher = parts.launcher();
    this.nodes = parts.nodes();
    this.drainer = parts.drainer();
    this.monitor = parts.monitor();
    this.descriptor = descriptor;
    this.clockMs = clockMs;
    thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              var made = new Thread(task, "sedna-master");
              made.setDaemon(true);
              return made;
            });
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  void start() {
    var unused =
        thread.scheduleWithFixedDelay(() -> guarded(this::tick), 0, TICK_MS, TimeUnit.MILLISECONDS);
  }

  void setDesired(int count) {
    post(
        () -> {
          if (table.desired() != count) {
            LOG.info("daemons wanted: {} instead of {}", count, table.desired());
            table.setDesired(count);
          }
        });
  }

  /** Gives all containers back; {@link #awaitStopped} tells when they are gone. */
  void stop() {
    post(
        () -> {
          if (!stopping) {
            LOG.info("stopping all daemons");
            stopping = true;
            table.stop();
          }
        });
  }

  boolean awaitStopped(long timeoutMs) throws InterruptedException {
    return stopped.await(timeoutMs, TimeUnit.MILLISECONDS);
  }

  /** Containers of earlier attempts were found running. */
  void adopt(List<Container> found) {
    for (var container : found) {
      post(
          () -> {
            var slot = ResourceManagerLink.slotOf(container);
            if (slot > 0) {
              LOG.info("adopting {} as {}", container.getId(), descriptor.nodeId(slot));
              containers.put(container.getId().toString(), container);
              carryOut(now -> table.adopt(slot, held(container), now));
            }
          });
    }
  }

  void allocated(List<Container> given) {
    for (var container : given) {
      post(
          () -> {
            containers.put(container.getId().toString(), container);
            carryOut(
                now ->
                    table.allocated(ResourceManagerLink.slotOf(container), held(container), now));
          });
    }
  }

  void completed(List<ContainerStatus> statuses) {
    for (var status : statuses) {
      post(
          () -> {
            var id = status.getContainerId().toString();
            if (containers.remove(id) != null) {
              LOG.info("{} {}", id, ExitReason.describe(status));
            }
            carryOut(
                now ->
                    table.completed(
                        id,
                        ExitReason.ownFault(status.getExitStatus()),
                        ExitReason.describe(status),
                        now));
          });
    }
  }

  void started(ContainerId container) {
    post(() -> table.started(container.toString(), clockMs.getAsLong()));
  }

  void startFailed(ContainerId container, Throwable failure) {
    LOG.warn("cannot start {}", container, failure);
    post(() -> carryOut(now -> table.startFailed(container.toString(), describe(failure), now)));
  }

  void drained(int slot) {
    post(() -> carryOut(now -> table.drained(slot, now)));
  }

  void drainFailed(int slot, String reason) {
    LOG.warn("draining {} failed: {}", descriptor.nodeId(slot), reason);
    post(() -> table.drainFailed(slot, reason, clockMs.getAsLong()));
  }

  private void tick() {
    carryOut(now -> table.tick(nodes.nodes(), now));
    monitor.slots(new InstanceMonitor.Slots(table.desired(), stopping, table.view()));
    if (stopping && table.isEmpty()) {
      stopped.countDown();
    }
  }

  private void carryOut(LongFunction<List<SlotAction>> decision) {
    for (var action : decision.apply(clockMs.getAsLong())) {
      LOG.debug("{}", action);
      carryOut(action);
    }
  }

  private void carryOut(SlotAction action) {
    if (action instanceof SlotAction.Request request) {
      LOG.info(
          "asking for {} on {} ({})",
          descriptor.nodeId(request.slot()),
          request.node().requestName(),
          request.node().rack());
      resourceManager.request(request.slot(), request.node().requestName());
    } else if (action instanceof SlotAction.Withdraw withdraw) {
      resourceManager.withdraw(withdraw.slot());
    } else if (action instanceof SlotAction.Launch launch) {
      launch(launch);
    } else if (action instanceof SlotAction.Release release) {
      LOG.info("giving back {}", release.container());
      // Known until it completes: its completion is what frees the slot.
      var container = containers.get(release.container().id());
      if (container != null) {
        resourceManager.release(container.getId());
      }
    } else if (action instanceof SlotAction.Drain drain) {
      drainer.drain(drain.slot());
    } else if (action instanceof SlotAction.Undrain undrain) {
      drainer.undrain(undrain.slot());
    }
  }

  private void launch(SlotAction.Launch launch) {
    var container = containers.get(launch.container().id());
    try {
      var rack = nodes.rack(launch.container().node());
      LOG.info(
          "starting {} in {} on {} {}",
          descriptor.nodeId(launch.slot()),
          launch.container().id(),
          launch.container().node(),
          rack);
      nodeManagers.startContainerAsync(
          container, launcher.describe(launch.slot(), launch.container(), rack, table.desired()));
    } catch (IOException e) {
      startFailed(container.getId(), e);
    }
  }

  private static HeldContainer held(Container container) {
    return new HeldContainer(container.getId().toString(), container.getNodeId().toString());
  }

  private static String describe(Throwable failure) {
    var message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    return message.lines().findFirst().orElse("");
  }

  private void post(Runnable task) {
    thread.execute(() -> guarded(task));
  }

  /** An unforeseen exception must end neither the loop nor the master: the daemons need both. */
  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("unforeseen", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
