// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.generated.WriteStatus;
import io.sedna.thrift.peer.PrimaryAnswer;
import io.sedna.thrift.peer.RequestOutcome;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * How a call of the primary ended.
 *
 * @param status null where there is an error
 * @param timestamp of the version that is there afterwards; 0: there is none
 * @param number what increment answers, otherwise 0
 * @param error null where there is a status
 */
@InterfaceAudience.Private
public record PrimaryReply(WriteStatus status, long timestamp, long number, SednaException error) {
  static PrimaryReply of(WriteStatus status, long timestamp, long number) {
    return new PrimaryReply(status, timestamp, number, null);
  }

  static PrimaryReply failed(SednaException error) {
    return new PrimaryReply(null, 0, 0, error);
  }

  /** What a request came to the first time. */
  static PrimaryReply of(RequestOutcome outcome) {
    return of(
        WriteStatus.findByValue(outcome.getStatus()), outcome.getTimestamp(), outcome.getNumber());
  }

  PrimaryAnswer toPeer() {
    return error == null
        ? new PrimaryAnswer(status.getValue(), timestamp, number)
        : new PrimaryAnswer(error.code().number(), timestamp, number)
            .setMessage(error.getMessage());
  }

  static PrimaryReply fromPeer(PrimaryAnswer answer) {
    WriteStatus status = WriteStatus.findByValue(answer.getCode());
    return status != null
        ? of(status, answer.getTimestamp(), answer.getNumber())
        : failed(new SednaException(ErrorCode.of(answer.getCode()), answer.getMessage()));
  }
}
