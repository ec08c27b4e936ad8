// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.am;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.yarn.api.records.Container;
import org.apache.hadoop.yarn.api.records.ContainerId;
import org.apache.hadoop.yarn.api.records.ContainerStatus;
import org.apache.hadoop.yarn.api.records.NodeReport;
import org.apache.hadoop.yarn.api.records.Resource;
import org.apache.hadoop.yarn.api.records.UpdatedContainer;
import org.apache.hadoop.yarn.client.api.async.AMRMClientAsync;
import org.apache.hadoop.yarn.client.api.async.NMClientAsync;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands what YARN says to the loop. */
final class YarnCallbacks {
  private static final Logger LOG = LoggerFactory.getLogger(YarnCallbacks.class);

  private final CompletableFuture<MasterLoop> loop = new CompletableFuture<>();
  private final Runnable lost;

  /**
   * @param lost called when the resource manager wants this master gone or cannot be reached for
   *     good: the master should end, its containers should not
   */
  YarnCallbacks(Runnable lost) {
    this.lost = lost;
  }

  /** Callbacks that came before wait for this. */
  void deliverTo(MasterLoop target) {
    loop.complete(target);
  }

  AMRMClientAsync.AbstractCallbackHandler resourceManager() {
    return new AMRMClientAsync.AbstractCallbackHandler() {
      @Override
      public void onContainersAllocated(List<Container> containers) {
        loop.join().allocated(containers);
      }

      @Override
      public void onContainersCompleted(List<ContainerStatus> statuses) {
        loop.join().completed(statuses);
      }

      @Override
      public void onContainersReceivedFromPreviousAttempts(List<Container> containers) {
        loop.join().adopt(containers);
      }

      @Override
      public void onContainersUpdated(List<UpdatedContainer> containers) {}

      @Override
      public void onNodesUpdated(List<NodeReport> nodes) {}

      @Override
      public void onShutdownRequest() {
        LOG.warn("the resource manager asks this master to end");
        lost.run();
      }

      @Override
      public void onError(Throwable e) {
        LOG.error("no more contact with the resource manager", e);
        lost.run();
      }

      /** There is no end to make progress towards; a store that runs has done what it is for. */
      @Override
      public float getProgress() {
        return 1;
      }
    };
  }

  NMClientAsync.AbstractCallbackHandler nodeManagers() {
    return new NMClientAsync.AbstractCallbackHandler() {
      @Override
      public void onContainerStarted(ContainerId id, Map<String, ByteBuffer> response) {
        loop.join().started(id);
      }

      @Override
      public void onStartContainerError(ContainerId id, Throwable e) {
        loop.join().startFailed(id, e);
      }

      @Override
      public void onContainerStatusReceived(ContainerId id, ContainerStatus status) {}

      @Override
      public void onContainerStopped(ContainerId id) {}

      @Override
      public void onGetContainerStatusError(ContainerId id, Throwable e) {}

      @Override
      public void onStopContainerError(ContainerId id, Throwable e) {}

      @Deprecated
      @Override
      public void onContainerResourceIncreased(ContainerId id, Resource resource) {}

      @Override
      public void onContainerResourceUpdated(ContainerId id, Resource resource) {}

      @Deprecated
      @Override
      public void onIncreaseContainerResourceError(ContainerId id, Throwable e) {}

      @Override
      public void onUpdateContainerResourceError(ContainerId id, Throwable e) {}
    };
  }
}
