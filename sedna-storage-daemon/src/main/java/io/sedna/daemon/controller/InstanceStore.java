// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.controller;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.daemon.cluster.Member;
import io.sedna.daemon.cluster.TableCatalogue;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Where the controller keeps what must outlive it. Blocking; used by one thread.
 *
 * <p>Writes fail with NO_CONTROLLER once another store has begun a term: what a controller writes
 * that does not know yet that it was deposed never gets through. They fail with
 * ZOOKEEPER_UNREACHABLE where it is unknown whether they were done; {@link #read} tells.
 */
@InterfaceAudience.Private
public interface InstanceStore extends AutoCloseable {
  /** What is kept. */
  record Contents(
      Optional<PartitionMap> map, TableCatalogue tables, Set<NodeId> draining, boolean frozen) {}

  /** Begins a term, which ends that of every other, and makes it known. */
  void takeOver(MapNode self);

  Contents read();

  /**
   * Makes sure that the term goes on. One that nothing is written in would not notice otherwise
   * that it is over: another controller may have begun one by mistake, and ended it at once.
   *
   * @throws SednaException NO_CONTROLLER: another store has begun a term; ZOOKEEPER_UNREACHABLE: it
   *     is not known
   */
  void check();

  void writeMap(PartitionMap map);

  void writeTables(TableCatalogue tables);

  void writeDraining(Set<NodeId> nodes);

  void writeFrozen(boolean frozen);

  /** Tells when members are known and whenever they change, on any thread; never blocks there. */
  void watchMembers(Runnable changed);

  /** Those that are there; empty: not known yet. */
  Optional<Collection<Member>> members();

  /** Ends the term, if it has not ended yet, and the watching. */
  @Override
  void close();
}
