// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.sedna.daemon.engine.OffHeap;
import io.sedna.daemon.engine.VersionHead;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Lets a benchmark call the daemon's codec of frequent calls, which nobody else may: the reason why
 * this is in the daemon's package, and in the benchmarks' module. Not thread-safe.
 */
@InterfaceAudience.Private
public final class HotCodec {
  private final HotCall call = new HotCall();
  private final AnswerBuffer buffer =
      new AnswerBuffer(UnpooledByteBufAllocator.DEFAULT, /* sendsLater= */ false);
  private final HotAnswers answers = new HotAnswers(buffer);
  private final VersionHead head = new VersionHead();

  /**
   * Reads a call, without the length of its frame.
   *
   * @return bytes of its last key; negative: it is none of the frequent ones
   */
  public int read(long address, int length) {
    int method = call.read(address, length);
    if (method == HotCall.OTHER) {
      return -1;
    }
    if (method == HotCall.MULTI_GET) {
      call.firstEntry();
      for (int i = 0; i < call.count(); i++) {
        call.nextKey();
      }
    }
    return call.keyLength();
  }

  /**
   * Writes the answer to readLatest, and takes it back.
   *
   * @return bytes of it
   */
  public int answerRead(int sequenceId, long valueAddress, int valueLength, long timestamp) {
    answers.beginOne(HotCall.READ_LATEST, sequenceId);
    return answered(1, valueAddress, valueLength, timestamp);
  }

  /** As answerRead, of a multiGet of so many keys with the same value. */
  public int answerReads(
      int sequenceId, int count, long valueAddress, int valueLength, long timestamp) {
    answers.beginMany(HotCall.MULTI_GET, sequenceId, count);
    return answered(count, valueAddress, valueLength, timestamp);
  }

  private int answered(int count, long valueAddress, int valueLength, long timestamp) {
    for (int i = 0; i < count; i++) {
      answers.beginRead();
      long to = answers.reserve(valueLength, head.set(timestamp, 1, 0, 0));
      OffHeap.copy(valueAddress, to, valueLength);
      answers.found();
    }
    answers.end();
    int bytes = buffer.frameBytes();
    buffer.dropFrame();
    return bytes;
  }
}
