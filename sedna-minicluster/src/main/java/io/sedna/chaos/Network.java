// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What the processes of a cluster reach each other through. Node 0 is ZooKeeper. */
interface Network {
  int ZOOKEEPER = 0;

  /** Address of a node, for all others and for this process. */
  String host(int node);

  /** A port of a node that nobody else listens on; each call gives another one. */
  int port(int node) throws IOException;

  /** What comes before a command to run it at a node. */
  List<String> at(int node);

  /** Why {@link #block} cannot work here; empty: it does. */
  Optional<String> whyNoPartitions();

  /** Loses all packets that a node sends to another, without telling either. */
  void block(int from, int to) throws IOException;

  /** Takes all blocks back. */
  void heal() throws IOException;
}
