// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.ConflictPolicy;
import io.sedna.common.schema.ConsistencyMode;
import io.sedna.common.schema.Table;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.cluster.TableCatalogue;
import io.sedna.daemon.engine.Engine;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * The short ways to all tables ({@link LocalTable}), made when they are asked for and thrown away
 * whenever the map, the catalogue, freezing or the engine's set of stores changes. Thread-safe and
 * without locks.
 */
@InterfaceAudience.Private
public final class LocalTables {
  private final ClusterView view;
  private final MapTracker maps;
  private final Engine engine;
  private volatile Generation generation;

  public LocalTables(ClusterView view, MapTracker maps, Engine engine) {
    this.view = view;
    this.maps = maps;
    this.engine = engine;
  }

  /** What short ways go by. */
  final class Basis {
    private final MapTracker.Seen seen;
    private final TableCatalogue catalogue;
    private final boolean frozen;
    private final long drops;

    /** The engine's drops are counted first: a store that is dropped meanwhile ends this basis. */
    private Basis() {
      drops = engine.drops();
      seen = maps.seen();
      catalogue = view.catalogue();
      frozen = view.frozen();
    }

    MapTracker.Seen seen() {
      return seen;
    }

    boolean frozen() {
      return frozen;
    }

    boolean current() {
      return seen == maps.seen()
          && catalogue == view.catalogue()
          && frozen == view.frozen()
          && drops == engine.drops();
    }

    boolean serves(Table table) {
      return !table.restoring()
          && table.schema().conflictPolicy() != ConflictPolicy.MERGE
          && table.schema().consistency() == ConsistencyMode.EVENTUAL;
    }

    /** Whether this daemon's replica is one of those whose answers count for the table. */
    boolean counts(Table table, int partition) {
      PartitionMap map = seen.map();
      int self = map.nodeIndex(view.self());
      int serving = 0;
      for (int i = 0; i < map.replicaCount(partition); i++) {
        if (map.replicaState(partition, i).servesEventual()) {
          if (serving++ == table.schema().replicas()) {
            return false;
          }
          if (map.replicaNodeIndex(partition, i) == self) {
            return true;
          }
        }
      }
      return false;
    }
  }

  private record Generation(
      Basis basis, Map<String, LocalTable> byName, Map<Integer, LocalTable> byId) {
    Generation(Basis basis) {
      this(basis, new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
    }
  }

  /**
   * The short way to a table as things are now.
   *
   * @param name dataset.table
   * @return null: there is none; the coordinator's way tells why
   */
  public LocalTable find(String name) {
    Generation now = now();
    if (now == null) {
      return null;
    }
    LocalTable found = now.byName().get(name);
    return found != null ? found : make(now, name);
  }

  /** As the other, of a table's id. */
  public LocalTable find(int id) {
    Generation now = now();
    if (now == null) {
      return null;
    }
    LocalTable found = now.byId().get(id);
    return found != null ? found : make(now, id);
  }

  /** Null: there is no map yet. */
  private Generation now() {
    Generation now = generation;
    if (now == null || !now.basis().current()) {
      now = new Generation(new Basis());
      if (now.basis().seen() == null) {
        return null;
      }
      generation = now;
    }
    return now;
  }

  private LocalTable make(Generation now, int id) {
    Basis basis = now.basis();
    Table table = basis.catalogue.byId(id).orElse(null);
    return table == null
        ? null
        : now.byId().computeIfAbsent(id, i -> new LocalTable(basis, table, engine));
  }

  private LocalTable make(Generation now, String name) {
    Table table = now.basis().catalogue.byName(name).orElse(null);
    if (table == null) {
      return null;
    }
    Basis basis = now.basis();
    return now.byName().computeIfAbsent(name, n -> new LocalTable(basis, table, engine));
  }
}
