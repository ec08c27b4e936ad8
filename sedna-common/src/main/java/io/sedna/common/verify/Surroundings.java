// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import io.sedna.common.verify.Answer.Found;
import io.sedna.common.verify.Call.CompareAndSet;
import io.sedna.common.verify.Call.Put;
import io.sedna.common.verify.Call.PutAll;
import io.sedna.common.verify.Call.PutIfAbsent;
import java.util.List;

/** Tells what happened to a key around an operation, for people. */
final class Surroundings {
  private static final int SHOWN = 12;

  private final List<Operation> operations;

  /**
   * @param operations of one key, in the order of invocations
   */
  Surroundings(List<Operation> operations) {
    this.operations = operations;
  }

  /** Who wrote what it found, and what was sent before it was answered; several lines. */
  String of(Operation subject) {
    var text = new StringBuilder();
    if (subject.answer() instanceof Found found) {
      text.append(writersOf(found.value()));
    }
    List<Operation> others =
        operations.stream().filter(other -> other != subject && !subject.isBefore(other)).toList();
    int hidden = Math.max(0, others.size() - SHOWN);
    text.append("Sent before it was answered");
    text.append(hidden == 0 ? ":\n" : " (and " + hidden + " earlier ones):\n");
    others.stream().skip(hidden).forEach(other -> text.append(line(other)));
    return text.toString();
  }

  private String writersOf(String value) {
    List<Operation> writers =
        operations.stream().filter(operation -> value.equals(valueOf(operation.call()))).toList();
    if (writers.isEmpty()) {
      return "No operation wrote exactly this value.\n";
    }
    var text = new StringBuilder("What it found was written by:\n");
    writers.forEach(writer -> text.append(line(writer)));
    return text.toString();
  }

  private static String line(Operation operation) {
    return "  " + operation + '\n';
  }

  private static String valueOf(Call call) {
    if (call instanceof Put put) {
      return put.value();
    }
    if (call instanceof PutAll put) {
      return put.value();
    }
    if (call instanceof CompareAndSet set) {
      return set.value();
    }
    return call instanceof PutIfAbsent put ? put.value() : null;
  }
}
