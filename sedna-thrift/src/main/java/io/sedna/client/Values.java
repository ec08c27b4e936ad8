// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.thrift.convert.Errors;
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

  /** Without a timestamp, unless the caller gave one. */
  static io.sedna.thrift.generated.WriteOptions options(WriteOptions options) {
    return options(options, options.timestamp());
  }

  /**
   * @param timestamp 0: the daemon's clock
   */
  static io.sedna.thrift.generated.WriteOptions options(WriteOptions options, long timestamp) {
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
    spec.keyPrefix().ifPresent(prefix -> request.setKeyPrefix(prefix));
    return request;
  }
}
