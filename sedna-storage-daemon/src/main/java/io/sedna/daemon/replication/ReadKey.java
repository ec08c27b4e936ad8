// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.error.SednaException;
import io.sedna.common.partition.PartitionMap;
import io.sedna.daemon.engine.StoredRecord;
import java.util.ArrayList;
import java.util.List;

/** One key of a {@link ReadBatch} and how far it has come. Guarded by the batch's lock. */
final class ReadKey {
  private final byte[] key;
  private final long hash;

  /** What replicas of the map have said. */
  final List<Answer> answers = new ArrayList<>(3);

  /** The map that it goes by; the batch may have gone on to a newer one for other keys. */
  PartitionMap map;

  /** Node indexes of the replicas that may be asked, in order of preference. */
  int[] candidates;

  /** How many of them have been. */
  int asked;

  SednaException lastError;
  boolean otherMap;

  /** A replica has refused that knows a newer map, by which others may serve. */
  boolean behind;

  /** It will not be read. */
  SednaException failure;

  /**
   * What a replica said of a key.
   *
   * @param node its index in the map
   * @param record null: it gave a digest alone
   */
  record Answer(int node, StoredRecord record, long digest) {}

  ReadKey(byte[] key, long hash) {
    this.key = key;
    this.hash = hash;
  }

  byte[] key() {
    return key;
  }

  long hash() {
    return hash;
  }

  void begin(PartitionMap next, int[] newCandidates) {
    map = next;
    candidates = newCandidates;
    asked = 0;
    answers.clear();
    otherMap = false;
    behind = false;
  }

  void refused(SednaException error) {
    lastError = error;
    otherMap |= Quorum.meansOtherMap(error.code());
    behind |= error.epoch() > map.epoch();
  }

  boolean isDone(int needed) {
    if (answers.size() < needed) {
      return false;
    }
    for (Answer answer : answers) {
      if (recordOf(answer) == null) {
        return false;
      }
    }
    return true;
  }

  boolean hasRecord() {
    for (Answer answer : answers) {
      if (answer.record() != null) {
        return true;
      }
    }
    return false;
  }

  /** The record that an answer stands for; null: none of those that are known. */
  StoredRecord recordOf(Answer answer) {
    if (answer.record() != null) {
      return answer.record();
    }
    for (Answer other : answers) {
      if (other.record() != null && other.digest() == answer.digest()) {
        return other.record();
      }
    }
    return null;
  }

  /**
   * Takes back the answers that stand for no record that is known.
   *
   * @return who gave them, to be asked for records
   */
  List<Integer> dropDisputedDigests() {
    var nodes = new ArrayList<Integer>();
    for (Answer answer : answers) {
      if (recordOf(answer) == null) {
        nodes.add(answer.node());
      }
    }
    answers.removeIf(answer -> nodes.contains(answer.node()));
    return nodes;
  }

  /** More than one record had to be looked at, so some replica may lack something. */
  boolean disputed() {
    int records = 0;
    for (Answer answer : answers) {
      records += answer.record() != null ? 1 : 0;
    }
    return records > 1;
  }

  StoredRecord merged() {
    StoredRecord merged = StoredRecord.empty(key, hash);
    for (Answer answer : answers) {
      if (answer.record() != null) {
        merged = merged.merge(answer.record());
      }
    }
    return merged;
  }
}
