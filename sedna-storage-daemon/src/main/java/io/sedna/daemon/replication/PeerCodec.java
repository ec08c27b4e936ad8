// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.hash.KeyHash;
import io.sedna.daemon.engine.ScanBatch;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.thrift.peer.Mutation;
import io.sedna.thrift.peer.MutationKind;
import io.sedna.thrift.peer.PeerRecord;
import io.sedna.thrift.peer.PeerScanRequest;
import io.sedna.thrift.peer.PeerScanResult;
import io.sedna.thrift.peer.PeerVersion;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;

/** Between the engine's types and those of the peer interface. */
@InterfaceAudience.Private
public final class PeerCodec {
  private static final byte[] NOTHING = {};

  private PeerCodec() {}

  public static Mutation toMutation(int tableId, Write write) {
    StoredVersion version = write.version();
    var mutation =
        new Mutation(
            tableId,
            write.kind(),
            ByteBuffer.wrap(write.key()),
            version.timestamp(),
            version.source(),
            version.expiresAtMs(),
            ByteBuffer.wrap(version.value()));
    return version.flags() == 0 ? mutation : mutation.setFlags(version.flags());
  }

  public static Write toWrite(Mutation mutation, KeyHash hash) {
    byte[] key = mutation.getKey();
    boolean tombstone =
        mutation.getKind() == MutationKind.REMOVE
            || mutation.getKind() == MutationKind.MERGE_TOMBSTONE;
    StoredVersion version =
        tombstone
            ? StoredVersion.tombstone(
                mutation.getTimestamp(), mutation.getSource(), mutation.getExpiresAtMs())
            : StoredVersion.value(
                mutation.getTimestamp(),
                mutation.getSource(),
                mutation.getExpiresAtMs(),
                mutation.getFlags(),
                mutation.getValue());
    return new Write(mutation.getKind(), key, hash.hash(key), version);
  }

  public static PeerRecord toPeer(StoredRecord record, List<StoredVersion> versions) {
    var sent = new ArrayList<PeerVersion>(versions.size());
    for (StoredVersion version : versions) {
      var peer =
          new PeerVersion(
              version.timestamp(),
              version.source(),
              version.expiresAtMs(),
              version.tombstone(),
              ByteBuffer.wrap(version.value()));
      sent.add(version.flags() == 0 ? peer : peer.setFlags(version.flags()));
    }
    return new PeerRecord(ByteBuffer.wrap(record.key()), record.hash(), sent);
  }

  public static StoredRecord fromPeer(PeerRecord record) {
    var versions = new ArrayList<StoredVersion>(record.getVersionsSize());
    for (PeerVersion version : record.getVersions()) {
      versions.add(
          version.isTombstone()
              ? StoredVersion.tombstone(
                  version.getTimestamp(), version.getSource(), version.getExpiresAtMs())
              : StoredVersion.value(
                  version.getTimestamp(),
                  version.getSource(),
                  version.getExpiresAtMs(),
                  version.getFlags(),
                  version.getValue()));
    }
    return StoredRecord.of(record.getKey(), record.getHash(), versions);
  }

  public static PeerScanRequest toPeer(int tableId, ScanRange range) {
    var request =
        new PeerScanRequest(
            tableId,
            range.startHash(),
            range.endHash(),
            range.maxRecords(),
            range.maxBytes(),
            range.view() == ScanRange.View.EVERYTHING || range.view() == ScanRange.View.LIVE,
            range.view() == ScanRange.View.EVERYTHING
                || range.view() == ScanRange.View.NEWEST_WITH_HIDING);
    if (range.keyPrefix().length > 0) {
      request.setKeyPrefix(range.keyPrefix());
    }
    return request;
  }

  public static ScanRange fromPeer(PeerScanRequest request) {
    ScanRange.View view;
    if (request.isTombstones()) {
      view = request.isAllSources() ? ScanRange.View.EVERYTHING : ScanRange.View.NEWEST_WITH_HIDING;
    } else {
      view = request.isAllSources() ? ScanRange.View.LIVE : ScanRange.View.NEWEST;
    }
    return new ScanRange(
        request.getStartHash(),
        request.getEndHash(),
        request.isSetKeyPrefix() ? request.getKeyPrefix() : NOTHING,
        request.getMaxRecords(),
        request.getMaxBytes(),
        view);
  }

  public static PeerScanResult toPeer(ScanBatch batch) {
    var records = new ArrayList<PeerRecord>(batch.records().size());
    for (StoredRecord record : batch.records()) {
      records.add(toPeer(record, record.versions()));
    }
    return new PeerScanResult(records, batch.done(), batch.nextHash());
  }

  public static ScanBatch fromPeer(PeerScanResult result) {
    var records = new ArrayList<StoredRecord>(result.getRecordsSize());
    for (PeerRecord record : result.getRecords()) {
      records.add(fromPeer(record));
    }
    return new ScanBatch(records, result.isDone(), result.getNextHash());
  }

  /**
   * The answer to mutations.
   *
   * @throws SednaException PROTOCOL_ERROR: there are not as many
   */
  static int[] codes(List<Integer> answer, int expected) {
    if (answer.size() != expected) {
      throw wrongCount("mutations", expected, answer.size());
    }
    int[] codes = new int[expected];
    for (int i = 0; i < expected; i++) {
      codes[i] = answer.get(i);
    }
    return codes;
  }

  public static SednaException wrongCount(String what, int expected, int got) {
    return new SednaException(
        ErrorCode.PROTOCOL_ERROR,
        "peer answered " + got + " of " + expected + " " + what + " that it was asked for");
  }
}
