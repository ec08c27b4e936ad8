// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.http;

import io.sedna.common.partition.PartitionMap;
import io.sedna.daemon.cluster.ClusterView;
import java.util.Optional;
import org.apache.hadoop.classification.InterfaceAudience;

/** Whether a daemon serves. Thread-safe and never blocks. */
@FunctionalInterface
@InterfaceAudience.Private
public interface Readiness {
  /** Empty: it serves; otherwise what it waits for, in one line. */
  Optional<String> waitsFor();

  /**
   * A daemon serves when the partition map names this run of it and the instance waits for no
   * restore.
   */
  static Readiness of(ClusterView view) {
    return () -> {
      Optional<PartitionMap> map = view.map();
      if (map.isEmpty()) {
        return Optional.of("the controller has made no partition map yet");
      }
      boolean inMap =
          map.get()
              .node(view.self())
              .filter(node -> node.incarnation() == view.incarnation())
              .isPresent();
      if (!inMap) {
        return Optional.of(
            "the partition map does not name this daemon yet: node="
                + view.self()
                + ", epoch="
                + map.get().epoch());
      }
      return view.catalogue()
          .pendingRestore()
          .map(snapshot -> "the instance is being restored from " + snapshot);
    };
  }

  /** Waits for this first, then for the other. */
  default Readiness and(Readiness other) {
    return () -> waitsFor().or(other::waitsFor);
  }
}
