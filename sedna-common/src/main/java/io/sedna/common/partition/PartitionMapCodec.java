// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.partition;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * The partition map as bytes: what its znode holds and what {@code partitionMap} of {@code
 * sedna.thrift} answers. 5,000 nodes and 65,536 partitions of three copies take about 700 KB.
 *
 * <p>A <i>varint</i> is an unsigned 64-bit number in groups of 7 bits, least significant first; the
 * top bit of each byte but the last is set (as in Protocol Buffers). A <i>string</i> is a varint,
 * its length in bytes, and that many bytes of UTF-8. In this order:
 *
 * <pre>
 * 4 bytes   magic: 'S' 'P' 'M' 'P' (0x53 0x50 0x4D 0x50)
 * 1 byte    version of this layout: 1
 * varint    epoch
 * 1 byte    log2 of the number of partitions, 0 to 16
 * 1 byte    replication: copies that a partition should have, 1 to 255
 *
 * varint    number of entries of the string table
 *   string    a rack, or the part of host names from the first dot on (many nodes share both)
 *
 * varint    number of nodes
 *   string    node id
 *   string    host, or its beginning
 *   varint    0: the host is complete; k: string table entry k - 1 is to be appended to it
 *   varint    Thrift port
 *   varint    HTTP port
 *   varint    rack, as an index of the string table
 *   varint    incarnation
 *
 * for each partition, from 0 to the last:
 *   varint    number of replicas * 2, plus 1 if any of them is not SERVING
 *     varint    index of the replica's node in the list above; in order of preference
 *   where the first number is odd, for each replica again:
 *     1 byte    state: 0 SERVING, 1 FILLING, 2 LOADING, 3 OUT_OF_SYNC, 4 CATCHING_UP
 *
 * 4 bytes   CRC32C of all bytes before, most significant byte first
 * </pre>
 *
 * <p>The partition of a hash is its top log2(partitions) bits. A reader refuses versions that it
 * does not know. Stateless, hence thread-safe.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class PartitionMapCodec {
  /** Version of the layout that this class writes, and the only one it reads. */
  public static final int VERSION = 1;

  private static final int MAGIC = 0x53504D50;
  private static final int CHECKSUM_BYTES = 4;
  private static final int HEADER_BYTES = 8;
  private static final ReplicaState[] STATES = ReplicaState.values();

  private PartitionMapCodec() {}

  public static byte[] encode(PartitionMap map) {
    var out = new ByteWriter(64 + map.nodes().size() * 48 + map.partitions() * 8);
    out.fixed32(MAGIC);
    out.fixed8(VERSION);
    out.varint(map.epoch());
    out.fixed8(map.log2Partitions());
    out.fixed8(map.replication());

    var strings = new LinkedHashMap<String, Integer>();
    for (MapNode node : map.nodes()) {
      strings.putIfAbsent(node.rack(), strings.size());
      String domain = domainOf(node.host());
      if (!domain.isEmpty()) {
        strings.putIfAbsent(domain, strings.size());
      }
    }
    out.varint(strings.size());
    strings.keySet().forEach(out::string);

    out.varint(map.nodes().size());
    for (MapNode node : map.nodes()) {
      writeNode(node, strings, out);
    }
    for (int p = 0; p < map.partitions(); p++) {
      writeReplicas(map, p, out);
    }
    out.fixed32(checksum(out.array(), 0, out.length()));
    return out.toByteArray();
  }

  /**
   * @throws SednaException with {@link ErrorCode#PROTOCOL_ERROR} if the bytes are no map, are
   *     damaged or come from a newer version
   */
  public static PartitionMap decode(byte[] encoded) {
    return decode(ByteBuffer.wrap(encoded));
  }

  /**
   * Decodes what remains in the buffer, whose position stays.
   *
   * @throws SednaException as {@link #decode(byte[])}
   */
  public static PartitionMap decode(ByteBuffer encoded) {
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(encoded.position(), bytes);
    if (bytes.length < HEADER_BYTES + CHECKSUM_BYTES) {
      throw malformed("bytes=" + bytes.length + " is too short");
    }
    var in = new ByteReader(bytes, 0, bytes.length - CHECKSUM_BYTES);
    int magic = in.fixed32();
    if (magic != MAGIC) {
      throw malformed("magic=" + hex(magic) + ", expected " + hex(MAGIC));
    }
    int version = in.fixed8();
    if (version != VERSION) {
      throw malformed("version=" + version + ", this program reads " + VERSION);
    }
    int expected = ByteBuffer.wrap(bytes).getInt(bytes.length - CHECKSUM_BYTES);
    int found = checksum(bytes, 0, bytes.length - CHECKSUM_BYTES);
    if (expected != found) {
      throw malformed("CRC32C=" + hex(found) + ", the map says " + hex(expected));
    }
    try {
      return decodeBody(in);
    } catch (SednaException e) {
      throw e.code() == ErrorCode.PROTOCOL_ERROR ? e : malformed(e);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw malformed(e);
    }
  }

  private static PartitionMap decodeBody(ByteReader in) {
    long epoch = in.varint();
    int log2Partitions = in.fixed8();
    if (log2Partitions > Integer.numberOfTrailingZeros(PartitionMap.MAX_PARTITIONS)) {
      throw malformed("log2 of the number of partitions is " + log2Partitions);
    }
    int replication = in.fixed8();
    var strings = new ArrayList<String>();
    for (int left = in.count(); left > 0; left--) {
      strings.add(in.string());
    }
    var nodes = new ArrayList<MapNode>();
    for (int left = in.count(); left > 0; left--) {
      nodes.add(readNode(in, strings));
    }
    var builder = PartitionMap.builder(epoch, 1 << log2Partitions, replication, nodes);
    for (int p = 0; p < 1 << log2Partitions; p++) {
      readReplicas(in, builder, p);
    }
    if (in.remaining() != 0) {
      throw malformed(in.remaining() + " bytes follow the last partition");
    }
    return builder.build();
  }

  private static void writeNode(MapNode node, Map<String, Integer> strings, ByteWriter out) {
    String domain = domainOf(node.host());
    out.string(node.id().value());
    out.string(node.host().substring(0, node.host().length() - domain.length()));
    out.varint(domain.isEmpty() ? 0 : strings.get(domain) + 1);
    out.varint(node.thriftPort());
    out.varint(node.httpPort());
    out.varint(strings.get(node.rack()));
    out.varint(node.incarnation());
  }

  private static MapNode readNode(ByteReader in, List<String> strings) {
    var id = new NodeId(in.string());
    String host = in.string();
    int domain = in.number();
    if (domain > 0) {
      host += strings.get(domain - 1);
    }
    int thriftPort = in.number();
    int httpPort = in.number();
    return new MapNode(id, host, thriftPort, httpPort, strings.get(in.number()), in.varint());
  }

  private static void writeReplicas(PartitionMap map, int partition, ByteWriter out) {
    int count = map.replicaCount(partition);
    boolean allServing = true;
    for (int i = 0; i < count; i++) {
      allServing &= map.replicaState(partition, i) == ReplicaState.SERVING;
    }
    out.varint(count * 2L + (allServing ? 0 : 1));
    for (int i = 0; i < count; i++) {
      out.varint(map.replicaNodeIndex(partition, i));
    }
    if (!allServing) {
      for (int i = 0; i < count; i++) {
        out.fixed8(map.replicaState(partition, i).ordinal());
      }
    }
  }

  private static void readReplicas(ByteReader in, PartitionMap.Builder builder, int partition) {
    int header = in.number();
    int count = header >>> 1;
    if (count > in.remaining()) {
      throw malformed("partition " + partition + " has " + count + " replicas");
    }
    int[] indexes = new int[count];
    for (int i = 0; i < count; i++) {
      indexes[i] = in.number();
    }
    for (int i = 0; i < count; i++) {
      int state = (header & 1) == 0 ? 0 : in.fixed8();
      if (state >= STATES.length) {
        throw malformed("partition " + partition + " has a replica in state " + state);
      }
      builder.add(partition, indexes[i], STATES[state]);
    }
  }

  /** From the first dot on, which nodes share; empty for addresses, which do not. */
  private static String domainOf(String host) {
    int dot = host.indexOf('.');
    boolean address = host.isEmpty() || Character.isDigit(host.charAt(host.length() - 1));
    return dot <= 0 || address ? "" : host.substring(dot);
  }

  private static int checksum(byte[] bytes, int offset, int length) {
    var crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  private static String hex(int value) {
    return String.format("0x%08x", value);
  }

  private static SednaException malformed(RuntimeException cause) {
    return new SednaException(
        ErrorCode.PROTOCOL_ERROR, "malformed partition map: " + cause.getMessage(), cause);
  }

  static SednaException malformed(String what) {
    return new SednaException(ErrorCode.PROTOCOL_ERROR, "malformed partition map: " + what);
  }
}
