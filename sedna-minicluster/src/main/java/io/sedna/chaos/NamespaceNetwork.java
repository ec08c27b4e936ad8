// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import io.sedna.chaos.Children.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A Linux network namespace for each node, all on one bridge in another namespace, which this
 * process reaches too. The namespaces have no names: each lives as long as a process that sleeps in
 * it, so nothing is left of them when this process has ended in whatever way.
 *
 * <p>A block gives the sender a link address for the receiver that nobody has: its packets vanish,
 * as behind a broken switch. Needs root and the programs of iproute2 and util-linux. Not
 * thread-safe.
 */
final class NamespaceNetwork implements Network {
  /** Of the range that is set aside for tests of networks (RFC 2544). */
  private static final String RANGE = "198.18.";

  private static final int LARGEST_OCTET = 255;
  private static final int CLIENT = 1;
  private static final int FIRST_NODE = 10;
  private static final int FIRST_PORT = 7720;
  private static final String NOBODY = "02:de:ad:00:00:01";
  private static final int PROBES = 500;
  private static final int PROBE_PAUSE_MS = 10;

  private final String subnet;
  private final long hub;
  private final List<Long> holders = new ArrayList<>();
  private final Set<Block> blocks = new HashSet<>();
  private final int[] ports;

  private record Block(int from, int to) {}

  private NamespaceNetwork(Children children, int nodes) throws IOException {
    subnet = freeSubnet();
    ports = new int[nodes];
    hub = hold(children, "hub");
    in(hub, "ip", "link", "add", "name", "bridge0", "type", "bridge");
    in(hub, "ip", "link", "set", "bridge0", "up");
    for (int node = 0; node < nodes; node++) {
      ports[node] = FIRST_PORT;
      long holder = hold(children, "node-" + node);
      holders.add(holder);
      in(
          hub,
          "ip",
          "link",
          "add",
          "name",
          "port" + node,
          "type",
          "veth",
          "peer",
          "name",
          "eth0",
          "netns",
          Long.toString(holder));
      in(hub, "ip", "link", "set", "port" + node, "master", "bridge0", "up");
      in(holder, "ip", "address", "add", host(node) + "/24", "dev", "eth0");
      in(holder, "ip", "link", "set", "eth0", "up");
      in(holder, "ip", "link", "set", "lo", "up");
    }
    String link = "sedna" + ProcessHandle.current().pid();
    Programs.run(
        "ip",
        "link",
        "add",
        "name",
        link,
        "type",
        "veth",
        "peer",
        "name",
        "client",
        "netns",
        Long.toString(hub));
    in(hub, "ip", "link", "set", "client", "master", "bridge0", "up");
    Programs.run("ip", "address", "add", subnet + CLIENT + "/24", "dev", link);
    Programs.run("ip", "link", "set", link, "up");
  }

  /** Namespaces, or the machine's own network where they cannot be had. */
  static Network open(Children children, int nodes) {
    for (String program : List.of("ip", "nsenter", "unshare", "setpriv")) {
      if (!Programs.isThere(program)) {
        return new HostNetwork(
            program + " is missing (iproute2 and util-linux bring what is needed)");
      }
    }
    try {
      return new NamespaceNetwork(children, nodes);
    } catch (IOException e) {
      return new HostNetwork("network namespaces need root: " + e.getMessage());
    }
  }

  private static String freeSubnet() throws IOException {
    String addresses = Programs.run("ip", "-4", "address");
    int first = (int) (ProcessHandle.current().pid() % LARGEST_OCTET);
    for (int i = 0; i < LARGEST_OCTET; i++) {
      String candidate = RANGE + (first + i) % LARGEST_OCTET + ".";
      if (!addresses.contains(candidate)) {
        return candidate;
      }
    }
    throw new IOException("all of " + RANGE + "0.0/16 is taken");
  }

  /** Makes a namespace; answers the process that it lives as long as. */
  private static long hold(Children children, String name) throws IOException {
    Child child =
        children.start(
            "network-" + name + ".log", List.of("unshare", "--net", "sleep", "infinity"));
    Path own = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
    for (int probe = 0; probe < PROBES && child.isAlive(); probe++) {
      Path its = Files.readSymbolicLink(Path.of("/proc/" + child.pid() + "/ns/net"));
      if (!its.equals(own)) {
        return child.pid();
      }
      Pauses.ms(PROBE_PAUSE_MS);
    }
    throw new IOException(child.said().strip());
  }

  private static void in(long holder, String... command) throws IOException {
    var entered = new ArrayList<>(entering(holder));
    entered.addAll(List.of(command));
    Programs.run(entered);
  }

  private static List<String> entering(long holder) {
    return List.of("nsenter", "--net=/proc/" + holder + "/ns/net");
  }

  @Override
  public String host(int node) {
    return subnet + (FIRST_NODE + node);
  }

  @Override
  public int port(int node) {
    return ports[node]++;
  }

  @Override
  public List<String> at(int node) {
    return entering(holders.get(node));
  }

  @Override
  public Optional<String> whyNoPartitions() {
    return Optional.empty();
  }

  @Override
  public void block(int from, int to) throws IOException {
    if (blocks.add(new Block(from, to))) {
      in(
          holders.get(from),
          "ip",
          "neighbour",
          "replace",
          host(to),
          "lladdr",
          NOBODY,
          "dev",
          "eth0",
          "nud",
          "permanent");
    }
  }

  @Override
  public void heal() throws IOException {
    for (Block block : blocks) {
      in(holders.get(block.from()), "ip", "neighbour", "del", host(block.to()), "dev", "eth0");
    }
    blocks.clear();
  }
}
