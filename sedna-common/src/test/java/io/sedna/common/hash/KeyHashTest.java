// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.hash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.Test;

public class KeyHashTest {
  private static final int PRIME32 = 0x9E3779B1;

  /** The sanity buffer of the reference implementation's own tests. */
  private static byte[] sanityBuffer(int length) {
    byte[] buffer = new byte[length];
    long generator = Integer.toUnsignedLong(PRIME32);
    for (int i = 0; i < length; i++) {
      buffer[i] = (byte) (generator >>> 56);
      generator *= 0x9E3779B185EBCA8DL;
    }
    return buffer;
  }

  @Test
  public void shouldGiveTheReferenceImplementationsVectors() {
    assertThat(hash(0, 0)).isEqualTo(0xEF46DB3751D8E999L);
    assertThat(hash(PRIME32, 0)).isEqualTo(0xAC75FDA2929B17EFL);
    assertThat(hash(0, 1)).isEqualTo(0xE934A84ADB052768L);
    assertThat(hash(PRIME32, 1)).isEqualTo(0x5014607643A9B4C3L);
    assertThat(hash(0, 4)).isEqualTo(0x9136A0DCA57457EEL);
    assertThat(hash(0, 14)).isEqualTo(0x8282DCC4994E35C8L);
    assertThat(hash(PRIME32, 14)).isEqualTo(0xC3BD6BF63DEB6DF0L);
    assertThat(hash(0, 222)).isEqualTo(0xB641AE8CB691C174L);
    assertThat(hash(PRIME32, 222)).isEqualTo(0x20CB8AB7AE10C14AL);
  }

  @Test
  public void shouldSeedWithTheTablesIdAsUnsigned() {
    byte[] key = "abc".getBytes(StandardCharsets.US_ASCII);

    long seeded = KeyHash.ofTable(-1).hash(key);

    assertThat(KeyHash.ofTable(0).hash(key)).isEqualTo(0x44BC2CF5AD770999L);
    var streaming = new StreamingXxHash64(0xFFFFFFFFL);
    streaming.update(key, 0, 3);
    assertThat(seeded).isEqualTo(streaming.value());
  }

  @Test
  public void shouldHashTheSameInArraysRangesAndBuffers() {
    byte[] key = sanityBuffer(100);
    byte[] padded = new byte[120];
    System.arraycopy(key, 0, padded, 10, 100);
    ByteBuffer direct = ByteBuffer.allocateDirect(120);
    direct.put(padded).position(10).limit(110);
    KeyHash hash = KeyHash.ofTable(42);

    long expected = hash.hash(key);

    assertThat(hash.hash(padded, 10, 100)).isEqualTo(expected);
    assertThat(hash.hash(direct)).isEqualTo(expected);
    assertThat(direct.position()).isEqualTo(10);
    assertThat(hash.hash(ByteBuffer.wrap(padded, 10, 100))).isEqualTo(expected);
    assertThat(hash.hash(ByteBuffer.wrap(padded, 10, 100).slice())).isEqualTo(expected);
    assertThat(hash.hash(ByteBuffer.wrap(padded, 10, 100).asReadOnlyBuffer())).isEqualTo(expected);
  }

  @Test
  public void shouldSpreadSequentialKeysOverPartitions() {
    KeyHash hash = KeyHash.ofTable(1);
    int[] counts = new int[64];
    for (int i = 0; i < 64_000; i++) {
      byte[] key = ("key-" + i).getBytes(StandardCharsets.US_ASCII);
      counts[(int) (hash.hash(key) >>> 58)]++;
    }

    assertThat(Arrays.stream(counts).min().getAsInt()).isGreaterThan(850);
    assertThat(Arrays.stream(counts).max().getAsInt()).isLessThan(1_150);
  }

  private static long hash(int seed, int length) {
    return KeyHash.ofTable(seed).hash(sanityBuffer(length));
  }
}
