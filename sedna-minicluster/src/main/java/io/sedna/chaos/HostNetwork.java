// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;

/** This machine's loopback interface, which cannot be parted. */
final class HostNetwork implements Network {
  private static final String HOST = "127.0.0.1";

  private final String whyNoPartitions;

  HostNetwork(String whyNoPartitions) {
    this.whyNoPartitions = whyNoPartitions;
  }

  @Override
  public String host(int node) {
    return HOST;
  }

  @Override
  public int port(int node) throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      return socket.getLocalPort();
    }
  }

  @Override
  public List<String> at(int node) {
    return List.of();
  }

  @Override
  public Optional<String> whyNoPartitions() {
    return Optional.of(whyNoPartitions);
  }

  @Override
  public void block(int from, int to) {
    throw new UnsupportedOperationException(whyNoPartitions);
  }

  @Override
  public void heal() {}
}
