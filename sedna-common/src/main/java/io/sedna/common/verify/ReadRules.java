// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import io.sedna.common.verify.Answer.Found;
import io.sedna.common.verify.Answer.FoundAll;
import io.sedna.common.verify.Call.Get;
import io.sedna.common.verify.Finding.Rule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What must be true of the reads of one key of an eventual table. Reads of the newest version,
 * which do not tell the source, are of keys that are written by put and delete.
 */
final class ReadRules {
  private final String key;
  private final List<Operation> operations;
  private final KeyWrites writes;
  private final ReadPromises promises;

  ReadRules(String key, List<Operation> operations, KeyWrites writes, ReadPromises promises) {
    this.key = key;
    this.operations = operations;
    this.writes = writes;
    this.promises = promises;
  }

  void check(Consumer<Finding> findings) {
    Map<Integer, Operation> newestRead = new HashMap<>();
    for (Operation read : operations) {
      if (!read.call().isRead() || read.isUnknown()) {
        continue;
      }
      valuesOf(read.answer()).forEach(value -> checkWritten(read, value, findings));
      if (promises.seeAcknowledged()) {
        checkSees(read, findings);
      }
      if (promises.goForward() && read.answer() instanceof Found found) {
        Operation before = newestRead.get(read.client());
        if (before != null
            && before.answer() instanceof Found earlier
            && earlier.version() > found.version()) {
          findings.accept(finding(Rule.READS_GO_FORWARD, read, "went back behind", before));
        } else {
          newestRead.put(read.client(), read);
        }
      }
    }
  }

  private static List<SourcedValue> valuesOf(Answer answer) {
    if (answer instanceof Found found) {
      return List.of(new SourcedValue(0, found.value(), found.version()));
    }
    return answer instanceof FoundAll all ? all.values() : List.of();
  }

  private void checkWritten(Operation read, SourcedValue value, Consumer<Finding> findings) {
    boolean written =
        writes.writersOf(value).stream()
            .anyMatch(
                writer ->
                    !read.isBefore(writer)
                        && (KeyWrites.versionOf(writer) == 0
                            || KeyWrites.versionOf(writer) == value.version()));
    if (!written) {
      findings.accept(
          new Finding(
              key,
              Rule.WRITTEN_BEFORE_READ,
              "nobody had written so what was read by\n  "
                  + read
                  + '\n'
                  + new Surroundings(operations).of(read)));
    }
  }

  private void checkSees(Operation read, Consumer<Finding> findings) {
    if (read.call() instanceof Get) {
      checkSees(read, 0, findings);
    } else {
      writes.sources().forEach(source -> checkSees(read, source, findings));
    }
  }

  private void checkSees(Operation read, int source, Consumer<Finding> findings) {
    Optional<SourcedValue> found =
        valuesOf(read.answer()).stream().filter(value -> value.source() == source).findFirst();
    long version = found.map(SourcedValue::version).orElse(Long.MIN_VALUE);
    Optional<Operation> newest = writes.newestAcknowledged(source, write -> write.isBefore(read));
    boolean hidden =
        found.isEmpty()
            && (writes.hasDoubtfulDelete(delete -> !read.isBefore(delete))
                || writes
                    .newestDelete(delete -> !read.isBefore(delete))
                    .filter(delete -> isAtLeast(delete, newest))
                    .isPresent());
    if (newest.isPresent() && KeyWrites.versionOf(newest.get()) > version && !hidden) {
      findings.accept(finding(Rule.READ_SEES_ACKNOWLEDGED, read, "did not see", newest.get()));
    }
    Optional<Operation> deleted = writes.newestDelete(delete -> delete.isBefore(read));
    if (found.isPresent()
        && deleted.filter(delete -> KeyWrites.versionOf(delete) > version).isPresent()) {
      findings.accept(
          finding(Rule.DELETED_STAYS_DELETED, read, "found what was hidden by", deleted.get()));
    }
  }

  private static boolean isAtLeast(Operation delete, Optional<Operation> write) {
    return write.isEmpty() || KeyWrites.versionOf(delete) >= KeyWrites.versionOf(write.get());
  }

  private Finding finding(Rule rule, Operation read, String did, Operation other) {
    return new Finding(
        key,
        rule,
        "\n  " + read + '\n' + did + "\n  " + other + '\n' + new Surroundings(operations).of(read));
  }
}
