// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.client.wire.RequestId;
import io.sedna.client.wire.WriteArguments;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.generated.ReadOptions;
import io.sedna.thrift.generated.ScanRequest;
import java.util.List;
import java.util.Optional;

/** The generated structs of calls, and the values that callers see. */
final class Values {
  private static final WriteStatus[] STATUSES = {
    WriteStatus.OK, WriteStatus.OUTDATED, WriteStatus.NOT_FOUND, WriteStatus.MISMATCH
  };

  private Values() {}

  static WriteResult write(io.sedna.thrift.generated.WriteResult result) {
    return result.isSetError()
        ? WriteResult.failed(Errors.fromThrift(result.getError()))
        : new WriteResult(status(result.getStatus().getValue()), result.getTimestamp());
  }

  /**
   * @param number of the protocol's WriteStatus
   */
  static WriteStatus status(int number) {
    return STATUSES[number];
  }

  static VersionedValue version(io.sedna.thrift.generated.VersionedValue value) {
    return new VersionedValue(
        value.getValue(), value.getTimestamp(), value.getSource(), value.getExpiresAtMs());
  }

  static ReadResult read(io.sedna.thrift.generated.ReadResult result) {
    return result.isSetError()
        ? ReadResult.failed(Errors.fromThrift(result.getError()))
        : ReadResult.of(
            result.isSetValue() ? Optional.of(version(result.getValue())) : Optional.empty());
  }

  static List<VersionedValue> versions(List<io.sedna.thrift.generated.VersionedValue> values) {
    return values.stream().map(Values::version).toList();
  }

  static ScanBatch scanned(io.sedna.thrift.generated.ScanResult result) {
    return new ScanBatch(
        result.getRecords().stream().map(Values::record).toList(),
        result.isDone(),
        result.getNextHash());
  }

  private static Record record(io.sedna.thrift.generated.Record record) {
    return new Record(
        record.getKey(),
        record.getValue(),
        record.getTimestamp(),
        record.getSource(),
        record.getExpiresAtMs(),
        record.getHash());
  }

  /**
   * @param timestamp 0: the daemon's clock
   * @param request null: none
   */
  static io.sedna.thrift.generated.WriteOptions options(
      WriteOptions options, long timestamp, RequestId request) {
    var thrift = new io.sedna.thrift.generated.WriteOptions();
    if (timestamp != 0) {
      thrift.setTimestamp(timestamp);
    }
    if (options.source() != 0) {
      thrift.setSource(options.source());
    }
    if (options.ttlMs() != WriteOptions.UNSET) {
      thrift.setTtlMs(options.ttlMs());
    }
    if (options.consistency().level() != 0) {
      thrift.setConsistency(options.consistency().level());
    }
    if (options.consistency().copies() != 0) {
      thrift.setCopies(options.consistency().copies());
    }
    if (request != null) {
      thrift.setRequestId(
          new io.sedna.thrift.generated.RequestId(
              request.client(), request.sequence(), request.issuedAtMs()));
    }
    return thrift;
  }

  static WriteArguments arguments(WriteOptions options) {
    return new WriteArguments(
        options.timestamp(),
        options.source(),
        options.ttlMs(),
        options.consistency().level(),
        options.consistency().copies(),
        null);
  }

  static ReadOptions options(Consistency consistency) {
    var thrift = new ReadOptions();
    if (consistency.level() != 0) {
      thrift.setConsistency(consistency.level());
    }
    if (consistency.copies() != 0) {
      thrift.setCopies(consistency.copies());
    }
    return thrift;
  }

  static ScanRequest scan(ScanSpec spec) {
    var request =
        new ScanRequest()
            .setStartHash(spec.startHash())
            .setEndHash(spec.endHash())
            .setMaxRecords(spec.maxRecords())
            .setMaxBytes(spec.maxBytes())
            .setAllSources(spec.allSources());
    if (!spec.consistency().equals(Consistency.TABLE)) {
      request.setOptions(options(spec.consistency()));
    }
    spec.keyPrefix().ifPresent(prefix -> request.setKeyPrefix(prefix));
    return request;
  }
}
