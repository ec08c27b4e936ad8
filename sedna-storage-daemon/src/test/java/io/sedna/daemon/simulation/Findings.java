// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/** What went wrong in a simulation. */
final class Findings {
  /** After the first few the rest are mostly their consequences. */
  private static final int MOST = 20;

  private final Trace trace;
  private final List<String> all = new ArrayList<>();

  Findings(Trace trace) {
    this.trace = trace;
  }

  void add(String finding) {
    trace.event("FOUND", finding.lines().findFirst().orElse(""));
    if (all.size() < MOST) {
      all.add(finding);
    }
  }

  /** A task ended by an exception, which only a log would tell of. */
  void failed(String where, Throwable e) {
    var text = new StringWriter();
    e.printStackTrace(new PrintWriter(text, true));
    add("a task of " + where + " failed: " + text);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  List<String> all() {
    return List.copyOf(all);
  }
}
