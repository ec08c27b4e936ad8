// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import java.util.List;

/** One question that is answered by measuring. */
interface Row {
  /** As {@code --rows} has it. */
  String id();

  /** For the help. */
  String description();

  List<Line> measure(Bench bench) throws Exception;

  /** What rows measure with. */
  record Bench(CompareOptions options, Workspace workspace, Servers servers, Progress progress) {}
}
