// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.Test;

public class PartitionMapCodecTest {
  private static final int ZOOKEEPER_LIMIT = 0xFFFFF;

  @Test
  public void shouldDecodeWhatItEncoded() {
    for (long seed = 0; seed < 200; seed++) {
      PartitionMap map = randomMap(new Random(seed));

      PartitionMap decoded = PartitionMapCodec.decode(PartitionMapCodec.encode(map));

      assertThat(decoded).as("seed %d", seed).isEqualTo(map);
      assertThat(decoded.nodes()).isEqualTo(map.nodes());
    }
  }

  @Test
  public void shouldWriteTheDocumentedBytes() {
    var nodes =
        List.of(
            new MapNode(new NodeId("a"), "h1.lan", 7720, 7721, "/r", 300),
            new MapNode(new NodeId("b"), "10.0.0.2", 1, 2, "/r", 0));
    PartitionMap map =
        PartitionMap.builder(5, 2, 3, nodes)
            .add(0, 1, ReplicaState.SERVING)
            .add(0, 0, ReplicaState.SERVING)
            .add(1, 0, ReplicaState.FILLING)
            .build();

    byte[] encoded = PartitionMapCodec.encode(map);

    String body =
        "53504d50" // magic
            + "01" // version
            + "05" // epoch
            + "01" // log2(2)
            + "03" // replication
            + "02"
            + "022f72" // "/r"
            + "042e6c616e" // ".lan"
            + "02"
            + "0161"
            + "026831" // "h1"
            + "02" // + ".lan"
            + "a83c" // 7720
            + "a93c" // 7721
            + "00" // "/r"
            + "ac02" // 300
            + "0162"
            + "0831302e302e302e32" // "10.0.0.2"
            + "00"
            + "01"
            + "02"
            + "00"
            + "00"
            + "040100" // two replicas, both serving, on nodes 1 and 0
            + "030001"; // one replica, not serving, on node 0: filling
    assertThat(HexFormat.of().formatHex(encoded, 0, encoded.length - 4)).isEqualTo(body);
    var crc = new CRC32C();
    crc.update(encoded, 0, encoded.length - 4);
    assertThat(ByteBuffer.wrap(encoded).getInt(encoded.length - 4)).isEqualTo((int) crc.getValue());
  }

  @Test
  public void shouldFitTheLargestInstanceInOneZnode() {
    var random = new Random(7);
    var nodes = new ArrayList<MapNode>();
    for (int i = 0; i < 5_000; i++) {
      String host = String.format("worker-%04d.analytics.eu-west-1.compute.example.com", i);
      var id = new NodeId("sedna-daemon-" + i);
      nodes.add(
          new MapNode(id, host, 40_000 + i, 50_000 + i, "/dc1/rack" + i / 40, random.nextLong()));
    }
    var builder = PartitionMap.builder(1L << 40, 65_536, 3, nodes);
    for (int p = 0; p < 65_536; p++) {
      int first = random.nextInt(5_000);
      for (int i = 0; i < 3; i++) {
        builder.add(p, (first + i * 1_000) % 5_000, ReplicaState.values()[i]);
      }
    }
    PartitionMap map = builder.build();

    byte[] encoded = PartitionMapCodec.encode(map);

    assertThat(encoded).hasSizeLessThan(ZOOKEEPER_LIMIT);
    assertThat(PartitionMapCodec.decode(encoded)).isEqualTo(map);
  }

  @Test
  public void shouldDecodeWhatRemainsInABufferAndLeaveItsPosition() {
    PartitionMap map = randomMap(new Random(1));
    byte[] encoded = PartitionMapCodec.encode(map);
    ByteBuffer buffer = ByteBuffer.allocateDirect(encoded.length + 20);
    buffer.position(10).put(encoded).flip().position(10);

    PartitionMap decoded = PartitionMapCodec.decode(buffer);

    assertThat(decoded).isEqualTo(map);
    assertThat(buffer.position()).isEqualTo(10);
  }

  @Test
  public void shouldRefuseEveryFlippedBit() {
    byte[] encoded = PartitionMapCodec.encode(randomMap(new Random(2)));

    for (int bit = 0; bit < encoded.length * 8; bit += 3) {
      byte[] damaged = encoded.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);

      assertMalformed(damaged);
    }
  }

  @Test
  public void shouldRefuseEveryTruncation() {
    byte[] encoded = PartitionMapCodec.encode(randomMap(new Random(3)));

    for (int length = 0; length < encoded.length; length++) {
      byte[] cut = Arrays.copyOf(encoded, length);

      assertMalformed(cut);
    }
  }

  @Test
  public void shouldRefuseGarbageWhoseChecksumIsRight() {
    var random = new Random(4);
    for (int round = 0; round < 20_000; round++) {
      byte[] garbage = new byte[12 + random.nextInt(60)];
      random.nextBytes(garbage);
      ByteBuffer.wrap(garbage).putInt(0x53504D50).put((byte) 1);
      seal(garbage);

      try {
        PartitionMapCodec.decode(garbage);
      } catch (SednaException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
      }
    }
  }

  @Test
  public void shouldNameTheVersionItDoesNotKnow() {
    byte[] encoded = PartitionMapCodec.encode(randomMap(new Random(5)));
    encoded[4] = 9;

    assertThatThrownBy(() -> PartitionMapCodec.decode(encoded))
        .hasMessageContaining("version=9")
        .hasMessageContaining("reads 1");
  }

  @Test
  public void shouldRefuseBytesAfterTheEnd() {
    byte[] encoded = PartitionMapCodec.encode(randomMap(new Random(6)));
    byte[] longer = Arrays.copyOf(encoded, encoded.length + 1);
    seal(longer);

    assertMalformed(longer);
  }

  private static void seal(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - 4);
    ByteBuffer.wrap(bytes).putInt(bytes.length - 4, (int) crc.getValue());
  }

  private static void assertMalformed(byte[] bytes) {
    SednaException e =
        catchThrowableOfType(SednaException.class, () -> PartitionMapCodec.decode(bytes));
    assertThat(e).isNotNull();
    assertThat(e.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
    assertThat(e).hasMessageStartingWith("malformed partition map: ");
  }

  static PartitionMap randomMap(Random random) {
    var nodes = new ArrayList<MapNode>();
    int nodeCount = random.nextInt(20);
    for (int i = 0; i < nodeCount; i++) {
      nodes.add(
          new MapNode(
              new NodeId("node." + i),
              random.nextBoolean() ? "h" + i + ".example.com" : "192.168.0." + i,
              random.nextInt(65_536),
              random.nextInt(65_536),
              random.nextBoolean() ? MapNode.DEFAULT_RACK : "/räck" + random.nextInt(3),
              random.nextLong()));
    }
    int partitions = 1 << random.nextInt(9);
    var builder =
        PartitionMap.builder(
            1 + (random.nextLong() >>> (1 + random.nextInt(60))),
            partitions,
            1 + random.nextInt(5),
            nodes);
    var indexes = new ArrayList<Integer>();
    for (int i = 0; i < nodeCount; i++) {
      indexes.add(i);
    }
    for (int p = 0; p < partitions; p++) {
      Collections.shuffle(indexes, random);
      int replicas = Math.min(nodeCount, random.nextInt(5));
      for (int i = 0; i < replicas; i++) {
        ReplicaState state =
            random.nextInt(4) == 0
                ? ReplicaState.values()[random.nextInt(ReplicaState.values().length)]
                : ReplicaState.SERVING;
        builder.add(p, indexes.get(i), state);
      }
    }
    return builder.build();
  }
}
