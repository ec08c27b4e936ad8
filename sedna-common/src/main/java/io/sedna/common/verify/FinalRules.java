// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import io.sedna.common.verify.Answer.Outdated;
import io.sedna.common.verify.Answer.Written;
import io.sedna.common.verify.Finding.Rule;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What must be true of the copies of one key of an eventual table in the end. */
final class FinalRules {
  private final String key;
  private final List<Operation> operations;
  private final KeyWrites writes;

  FinalRules(String key, List<Operation> operations, KeyWrites writes) {
    this.key = key;
    this.operations = operations;
    this.writes = writes;
  }

  void check(List<Copy> copies, Consumer<Finding> findings) {
    if (copies.isEmpty()) {
      return;
    }
    Copy first = copies.get(0);
    for (Copy copy : copies) {
      if (!new HashSet<>(copy.values()).equals(new HashSet<>(first.values()))) {
        findings.accept(finding(Rule.REPLICAS_ALIKE, "replicas hold different values", copies));
        return;
      }
    }
    first.values().forEach(value -> checkWritten(value, copies, findings));
    writes.sources().forEach(source -> checkKept(source, first, copies, findings));
  }

  private void checkWritten(SourcedValue value, List<Copy> copies, Consumer<Finding> findings) {
    List<Operation> writers = writes.writersOf(value);
    if (writers.stream().anyMatch(writer -> isOf(writer, value))) {
      return;
    }
    boolean outdated =
        !writers.isEmpty()
            && writers.stream().allMatch(writer -> writer.answer() instanceof Outdated);
    findings.accept(
        outdated
            ? finding(
                Rule.OUTDATED_IS_NOT_THERE, value + " is there, but was answered OUTDATED", copies)
            : finding(Rule.WRITTEN_BEFORE_READ, value + " is there; nobody wrote it so", copies));
  }

  private static boolean isOf(Operation writer, SourcedValue value) {
    return writer.isUnknown()
        || writer.answer() instanceof Written written
            && (written.version() == 0 || written.version() == value.version());
  }

  private void checkKept(int source, Copy copy, List<Copy> copies, Consumer<Finding> findings) {
    Optional<SourcedValue> kept =
        copy.values().stream().filter(value -> value.source() == source).findFirst();
    long version = kept.map(SourcedValue::version).orElse(Long.MIN_VALUE);
    Optional<Operation> deleted = writes.newestDelete(delete -> true);
    if (kept.isPresent()
        && deleted.filter(delete -> KeyWrites.versionOf(delete) > version).isPresent()) {
      findings.accept(
          finding(
              Rule.DELETED_STAYS_DELETED,
              kept.get() + " is there, but is older than the acknowledged\n  " + deleted.get(),
              copies));
      return;
    }
    Optional<Operation> newest = writes.newestAcknowledged(source, write -> true);
    if (newest.isEmpty() || version >= KeyWrites.versionOf(newest.get())) {
      return;
    }
    boolean hidden =
        kept.isEmpty()
            && (writes.hasDoubtfulDelete(delete -> true)
                || deleted
                    .filter(
                        delete -> KeyWrites.versionOf(delete) >= KeyWrites.versionOf(newest.get()))
                    .isPresent());
    if (!hidden) {
      findings.accept(
          finding(
              Rule.NO_LOST_WRITE,
              "neither this acknowledged write nor a newer one is there:\n  " + newest.get(),
              copies));
    }
  }

  private Finding finding(Rule rule, String what, List<Copy> copies) {
    var text = new StringBuilder(what).append("\nCopies:\n");
    copies.forEach(copy -> text.append("  ").append(copy).append('\n'));
    text.append("Operations:\n");
    operations.stream()
        .filter(operation -> !operation.call().isRead())
        .forEach(operation -> text.append("  ").append(operation).append('\n'));
    return new Finding(key, rule, text.toString());
  }
}
