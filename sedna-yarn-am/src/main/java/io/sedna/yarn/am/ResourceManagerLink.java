// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.am;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.api.records.Container;
import org.apache.hadoop.yarn.api.records.ContainerId;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.apache.hadoop.yarn.api.records.Priority;
import org.apache.hadoop.yarn.api.records.Resource;
import org.apache.hadoop.yarn.client.api.AMRMClient.ContainerRequest;
import org.apache.hadoop.yarn.client.api.async.AMRMClientAsync;
import org.apache.hadoop.yarn.exceptions.YarnException;

/**
 * Asks the resource manager for containers. A slot's number is the priority of its request, which
 * YARN keeps with the container: so what comes is matched to its slot without any record of ours,
 * also after the master or the resource manager came back. It also keeps requests of different
 * slots apart, each with its own host. Not thread-safe.
 */
final class ResourceManagerLink implements AutoCloseable {
  private static final int HEARTBEAT_MS = 500;

  private final AMRMClientAsync<ContainerRequest> client;
  private final Resource size;
  private final Map<Integer, ContainerRequest> requests = new HashMap<>();

  ResourceManagerLink(
      Configuration conf, AMRMClientAsync.AbstractCallbackHandler handler, Resource size) {
    this.size = size;
    client = AMRMClientAsync.createAMRMClientAsync(HEARTBEAT_MS, handler);
    client.init(conf);
    client.start();
  }

  /** Registers, and answers the containers that earlier attempts left running. */
  List<Container> register(String host, String trackingUrl) throws IOException, YarnException {
    return client
        .registerApplicationMaster(host, -1, trackingUrl)
        .getContainersFromPreviousAttempts();
  }

  /** Asks for one container on that host and nowhere else. */
  void request(int slot, String host) {
    withdraw(slot);
    var request =
        new ContainerRequest(size, new String[] {host}, null, Priority.newInstance(slot), false);
    requests.put(slot, request);
    client.addContainerRequest(request);
  }

  /**
   * Takes the request back. To be called for one that was granted too: the client library would ask
   * again otherwise.
   */
  void withdraw(int slot) {
    var request = requests.remove(slot);
    if (request != null) {
      client.removeContainerRequest(request);
    }
  }

  void release(ContainerId container) {
    client.releaseAssignedContainer(container);
  }

  /** The slot that a container was asked for; 0 or less if it is not one of ours. */
  static int slotOf(Container container) {
    return container.getPriority().getPriority();
  }

  void unregister(FinalApplicationStatus status, String message) throws IOException, YarnException {
    client.unregisterApplicationMaster(status, message, "");
  }

  @Override
  public void close() {
    client.stop();
  }
}
