// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.cluster;

import com.fasterxml.jackson.core.type.TypeReference;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.PartitionMapCodec;
import io.sedna.common.schema.ConflictPolicy;
import io.sedna.common.schema.ConsistencyMode;
import io.sedna.common.schema.MemoryMode;
import io.sedna.common.schema.PersistenceMode;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.classification.InterfaceAudience;

/** What the znodes of {@link InstancePaths} hold, as bytes. */
@InterfaceAudience.Private
public final class ZnodeCodec {
  private ZnodeCodec() {}

  private record MemberJson(
      String host, int thriftPort, int httpPort, String rack, long incarnation, long startedAtMs) {}

  private record ActiveJson(String nodeId, String host, int thriftPort, long incarnation) {}

  private record CatalogueJson(
      long version, int nextId, List<TableJson> tables, String pendingRestore) {}

  /** In a catalogue that an older version wrote, what came later is missing: 0 or null. */
  private record TableJson(
      int id,
      String name,
      int replicas,
      int readQuorum,
      int writeQuorum,
      ConsistencyMode consistency,
      MemoryMode memory,
      long ttlMs,
      PersistenceMode persistence,
      long snapshotIntervalMs,
      long maxBytes,
      ConflictPolicy conflictPolicy,
      String mergeClass,
      int minInSync,
      boolean restoring,
      long createdAtMs) {

    static TableJson of(Table table) {
      TableSchema schema = table.schema();
      return new TableJson(
          table.id(),
          table.name().toString(),
          schema.replicas(),
          schema.readQuorum(),
          schema.writeQuorum(),
          schema.consistency(),
          schema.memory(),
          schema.ttlMs(),
          schema.persistence(),
          schema.snapshotIntervalMs(),
          schema.maxBytes(),
          schema.conflictPolicy(),
          schema.mergeClass().orElse(null),
          schema.minInSync(),
          table.restoring(),
          table.createdAtMs());
    }

    Table table() {
      var schema =
          new TableSchema(
              TableName.parse(name),
              replicas,
              readQuorum,
              writeQuorum,
              consistency,
              memory,
              ttlMs,
              persistence,
              snapshotIntervalMs,
              maxBytes,
              conflictPolicy == null ? ConflictPolicy.ALL : conflictPolicy,
              Optional.ofNullable(mergeClass),
              minInSync == 0 ? TableSchema.majority(replicas) : minInSync);
      return new Table(id, schema, restoring, createdAtMs);
    }
  }

  public static byte[] encode(Member member) {
    MapNode node = member.node();
    return Json.write(
        new MemberJson(
            node.host(),
            node.thriftPort(),
            node.httpPort(),
            node.rack(),
            node.incarnation(),
            member.startedAtMs()));
  }

  public static Member member(String nodeId, byte[] data) {
    MemberJson json = Json.read(data, "members/" + nodeId, new TypeReference<>() {});
    return new Member(
        new MapNode(
            new NodeId(nodeId),
            json.host(),
            json.thriftPort(),
            json.httpPort(),
            json.rack(),
            json.incarnation()),
        json.startedAtMs());
  }

  /** Where the active controller is. */
  public static byte[] encodeActive(MapNode node) {
    return Json.write(
        new ActiveJson(node.id().value(), node.host(), node.thriftPort(), node.incarnation()));
  }

  /** Only with what {@link #encodeActive} keeps; empty bytes: there is none. */
  public static Optional<MapNode> active(byte[] data) {
    if (data.length == 0) {
      return Optional.empty();
    }
    ActiveJson json = Json.read(data, "active", new TypeReference<>() {});
    return Optional.of(
        new MapNode(
            new NodeId(json.nodeId()),
            json.host(),
            json.thriftPort(),
            0,
            MapNode.DEFAULT_RACK,
            json.incarnation()));
  }

  /** Compressed JSON. */
  public static byte[] encode(TableCatalogue catalogue) {
    List<TableJson> tables = catalogue.all().stream().map(TableJson::of).toList();
    byte[] json =
        Json.write(
            new CatalogueJson(
                catalogue.version(),
                catalogue.nextId(),
                tables,
                catalogue.pendingRestore().orElse(null)));
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(json);
    } catch (IOException e) {
      throw new SednaException(ErrorCode.INTERNAL, "cannot compress: " + e.getMessage(), e);
    }
    return bytes.toByteArray();
  }

  public static TableCatalogue catalogue(byte[] data) {
    byte[] text;
    try (var gzip = new GZIPInputStream(new ByteArrayInputStream(data))) {
      text = gzip.readAllBytes();
    } catch (IOException e) {
      throw new SednaException(
          ErrorCode.INTERNAL, "znode tables cannot be read: " + e.getMessage(), e);
    }
    CatalogueJson json = Json.read(text, "tables", new TypeReference<>() {});
    return new TableCatalogue(
        json.version(),
        json.nextId(),
        json.tables().stream().map(TableJson::table).toList(),
        Optional.ofNullable(json.pendingRestore()));
  }

  public static byte[] encode(InstanceSettings settings) {
    return Json.write(settings);
  }

  public static InstanceSettings settings(byte[] data) {
    return Json.read(data, "settings", new TypeReference<>() {});
  }

  public static byte[] encodeNodes(Set<NodeId> nodes) {
    return Json.write(nodes.stream().map(NodeId::value).sorted().toList());
  }

  public static Set<NodeId> nodes(byte[] data) {
    List<String> names = Json.read(data, "draining", new TypeReference<>() {});
    var nodes = new TreeSet<NodeId>();
    names.forEach(name -> nodes.add(new NodeId(name)));
    return nodes;
  }

  public static byte[] encodeFrozen(boolean frozen) {
    return Boolean.toString(frozen).getBytes(StandardCharsets.UTF_8);
  }

  public static boolean frozen(byte[] data) {
    return Boolean.parseBoolean(new String(data, StandardCharsets.UTF_8));
  }

  public static byte[] encode(PartitionMap map) {
    return PartitionMapCodec.encode(map);
  }

  /** Empty bytes: there is no map yet. */
  public static Optional<PartitionMap> map(byte[] data) {
    return data.length == 0 ? Optional.empty() : Optional.of(PartitionMapCodec.decode(data));
  }
}
