// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.fuzz;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** What a port of a daemon speaks. */
enum FuzzProtocol {
  THRIFT {
    @Override
    byte[] input(Random random, List<byte[]> known) {
      return new ThriftInputs(random).next(known);
    }

    @Override
    Answers answers(byte[] answered) {
      return ThriftAnswerCheck.look(answered);
    }

    @Override
    Canary canary(InetSocketAddress address, int number, int timeoutMs) throws IOException {
      return ThriftCanary.connect(address, number, timeoutMs);
    }
  },
  MEMCACHED {
    @Override
    byte[] input(Random random, List<byte[]> known) {
      return new MemcachedInputs(random).next(known);
    }

    @Override
    Answers answers(byte[] answered) {
      return MemcachedAnswerCheck.look(answered);
    }

    @Override
    Canary canary(InetSocketAddress address, int number, int timeoutMs) throws IOException {
      return MemcachedCanary.connect(address, number, timeoutMs);
    }
  };

  /**
   * What was answered to one input.
   *
   * @param errors answers that are errors of the protocol
   * @param wrong why this can be no answer of the protocol; null: it can
   */
  record Answers(int errors, String wrong) {}

  /** What a connection is sent, made of the generator's numbers alone. */
  abstract byte[] input(Random random, List<byte[]> known);

  abstract Answers answers(byte[] answered);

  abstract Canary canary(InetSocketAddress address, int number, int timeoutMs) throws IOException;

  String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
