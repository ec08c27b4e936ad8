// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.hash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.openhft.hashing.LongHashFunction;
import org.junit.Test;

public class StreamingXxHash64Test {
  @Test
  public void shouldAgreeWithTheWholeHashForEveryLengthAndSeed() {
    var random = new Random(1);
    for (int length = 0; length < 300; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      long seed = random.nextLong();
      var streaming = new StreamingXxHash64(seed);

      int position = 0;
      while (position < length) {
        int piece = Math.min(length - position, random.nextInt(70));
        streaming.update(bytes, position, piece);
        position += piece;
      }

      assertThat(streaming.value())
          .as("length %d", length)
          .isEqualTo(LongHashFunction.xx(seed).hashBytes(bytes));
      assertThat(streaming.totalBytes()).isEqualTo(length);
    }
  }

  @Test
  public void shouldPrintWhatXxhsumPrints() {
    var hash = new StreamingXxHash64(0);

    byte[] bytes = "abc".getBytes(StandardCharsets.US_ASCII);
    hash.update(bytes, 0, bytes.length);

    assertThat(hash.hex()).isEqualTo("44bc2cf5ad770999");
    assertThat(new StreamingXxHash64(0).hex()).isEqualTo("ef46db3751d8e999");
  }

  @Test
  public void shouldGoOnAfterItsValueWasAsked() {
    byte[] bytes = new byte[100];
    new Random(2).nextBytes(bytes);
    var hash = new StreamingXxHash64(5);
    hash.update(bytes, 0, 37);

    long half = hash.value();
    hash.update(bytes, 37, 63);

    assertThat(half).isEqualTo(LongHashFunction.xx(5).hashBytes(bytes, 0, 37));
    assertThat(hash.value()).isEqualTo(LongHashFunction.xx(5).hashBytes(bytes));
  }
}
