// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import io.sedna.common.verify.Answer.Outdated;
import io.sedna.common.verify.Answer.Written;
import io.sedna.common.verify.Call.Delete;
import io.sedna.common.verify.Call.Put;
import io.sedna.common.verify.Call.PutAll;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The writes of one key of an eventual table. */
final class KeyWrites {
  private final List<Operation> writes;

  KeyWrites(List<Operation> operations) {
    writes = operations.stream().filter(operation -> !operation.call().isRead()).toList();
  }

  /** Sources that wrote, 0 for those who gave none. */
  IntStream sources() {
    return writes.stream()
        .filter(write -> !(write.call() instanceof Delete))
        .mapToInt(KeyWrites::sourceOf)
        .distinct()
        .sorted();
  }

  /** Acknowledged write of the greatest version, of this source and among those that match. */
  Optional<Operation> newestAcknowledged(int source, Predicate<Operation> matching) {
    return newest(
        writes.stream()
            .filter(write -> !(write.call() instanceof Delete) && sourceOf(write) == source)
            .filter(matching));
  }

  /** Acknowledged delete of the greatest version among those that match. */
  Optional<Operation> newestDelete(Predicate<Operation> matching) {
    return newest(deletes().filter(matching));
  }

  /**
   * Whether a delete may hide what was there though it was not acknowledged: nobody knows what
   * became of it, or it came too late at so many replicas that it was answered OUTDATED, but in
   * time at another.
   */
  boolean hasDoubtfulDelete(Predicate<Operation> matching) {
    return deletes().filter(matching).anyMatch(delete -> !(delete.answer() instanceof Written));
  }

  /** Those that wrote this value as this source, whatever they were answered. */
  List<Operation> writersOf(SourcedValue value) {
    return writes.stream()
        .filter(write -> value.value().equals(valueOf(write.call())))
        .filter(write -> sourceOf(write) == value.source())
        .toList();
  }

  /** The version that the answer told; 0: it told none. */
  static long versionOf(Operation write) {
    if (write.answer() instanceof Written written) {
      return written.version();
    }
    return write.answer() instanceof Outdated outdated ? outdated.version() : 0;
  }

  private static Optional<Operation> newest(Stream<Operation> candidates) {
    return candidates
        .filter(write -> write.answer() instanceof Written)
        .max((a, b) -> Long.compare(versionOf(a), versionOf(b)));
  }

  private Stream<Operation> deletes() {
    return writes.stream().filter(write -> write.call() instanceof Delete);
  }

  private static int sourceOf(Operation write) {
    return write.call() instanceof PutAll put ? put.source() : 0;
  }

  private static String valueOf(Call call) {
    if (call instanceof Put put) {
      return put.value();
    }
    return call instanceof PutAll put ? put.value() : null;
  }
}
