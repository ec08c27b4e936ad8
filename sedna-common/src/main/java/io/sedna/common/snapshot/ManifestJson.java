// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.snapshot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.ConflictPolicy;
import io.sedna.common.schema.ConsistencyMode;
import io.sedna.common.schema.MemoryMode;
import io.sedna.common.schema.PersistenceMode;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;

/**
 * The manifest as JSON. Hashes are 16 hexadecimal digits, because many readers of JSON keep numbers
 * as doubles. Fields that are not known are skipped; all others must be there, but for those that
 * came later: a table without maxBytes has no quota.
 */
final class ManifestJson {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private ManifestJson() {}

  static byte[] write(SnapshotManifest manifest) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("formatVersion", manifest.formatVersion());
    root.put("instance", manifest.instance());
    root.put("name", manifest.name());
    root.put("createdAtMs", manifest.createdAtMs());
    root.put("periodic", manifest.periodic());
    root.put("partitions", manifest.partitions());
    root.put("records", manifest.records());
    root.put("bytes", manifest.bytes());
    var tables = root.putArray("tables");
    manifest.tables().forEach(table -> write(table, tables.addObject()));
    var files = root.putArray("files");
    manifest.files().forEach(file -> write(file, files.addObject()));
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a manifest cannot be written as JSON", e);
    }
  }

  /**
   * @param path named in errors
   */
  static SnapshotManifest read(byte[] json, Object path) {
    try {
      JsonNode root = MAPPER.readTree(json);
      int version = field(root, "formatVersion").asInt();
      if (version != SnapshotManifest.FORMAT_VERSION) {
        throw SnapshotErrors.corrupt(
            path, "format version", SnapshotManifest.FORMAT_VERSION, version);
      }
      var tables = new ArrayList<Table>();
      for (JsonNode table : field(root, "tables")) {
        tables.add(readTable(table));
      }
      var files = new ArrayList<SnapshotFile>();
      for (JsonNode file : field(root, "files")) {
        files.add(readFile(file));
      }
      return new SnapshotManifest(
          version,
          field(root, "instance").asText(),
          field(root, "name").asText(),
          field(root, "createdAtMs").asLong(),
          field(root, "periodic").asBoolean(),
          field(root, "partitions").asInt(),
          tables,
          files);
    } catch (IOException | IllegalArgumentException e) {
      throw SnapshotErrors.corrupt(path, "not a manifest: " + e.getMessage(), e);
    } catch (SednaException e) {
      throw e.code() == ErrorCode.SNAPSHOT_CORRUPT
          ? e
          : SnapshotErrors.corrupt(path, "not a manifest: " + e.getMessage(), e);
    }
  }

  private static void write(Table table, ObjectNode json) {
    TableSchema schema = table.schema();
    json.put("id", table.id());
    json.put("name", schema.name().toString());
    json.put("createdAtMs", table.createdAtMs());
    json.put("replicas", schema.replicas());
    json.put("readQuorum", schema.readQuorum());
    json.put("writeQuorum", schema.writeQuorum());
    json.put("consistency", schema.consistency().name());
    json.put("memory", schema.memory().name());
    json.put("ttlMs", schema.ttlMs());
    json.put("persistence", schema.persistence().name());
    json.put("snapshotIntervalMs", schema.snapshotIntervalMs());
    json.put("maxBytes", schema.maxBytes());
    json.put("conflictPolicy", schema.conflictPolicy().name());
    schema.mergeClass().ifPresent(name -> json.put("mergeClass", name));
    json.put("minInSync", schema.minInSync());
  }

  private static Table readTable(JsonNode json) {
    var schema =
        new TableSchema(
            TableName.parse(field(json, "name").asText()),
            field(json, "replicas").asInt(),
            field(json, "readQuorum").asInt(),
            field(json, "writeQuorum").asInt(),
            ConsistencyMode.valueOf(field(json, "consistency").asText()),
            MemoryMode.valueOf(field(json, "memory").asText()),
            field(json, "ttlMs").asLong(),
            PersistenceMode.valueOf(field(json, "persistence").asText()),
            field(json, "snapshotIntervalMs").asLong(),
            json.path("maxBytes").asLong(0),
            ConflictPolicy.valueOf(json.path("conflictPolicy").asText(ConflictPolicy.ALL.name())),
            json.has("mergeClass")
                ? Optional.of(json.get("mergeClass").asText())
                : Optional.empty(),
            json.path("minInSync").asInt(TableSchema.majority(field(json, "replicas").asInt())));
    return new Table(field(json, "id").asInt(), schema, false, field(json, "createdAtMs").asLong());
  }

  private static void write(SnapshotFile file, ObjectNode json) {
    json.put("path", file.path());
    json.put("table", file.table().toString());
    json.put("partition", file.partition());
    json.put("firstHash", String.format("%016x", file.firstHash()));
    json.put("lastHash", String.format("%016x", file.lastHash()));
    json.put("records", file.records());
    json.put("bytes", file.bytes());
    json.put("checksum", file.checksum());
  }

  private static SnapshotFile readFile(JsonNode json) {
    var part =
        new SnapshotPart(
            field(json, "path").asText(),
            TableName.parse(field(json, "table").asText()),
            field(json, "partition").asInt(),
            Long.parseUnsignedLong(field(json, "firstHash").asText(), 16),
            Long.parseUnsignedLong(field(json, "lastHash").asText(), 16));
    return new SnapshotFile(
        part,
        field(json, "records").asLong(),
        field(json, "bytes").asLong(),
        field(json, "checksum").asText());
  }

  private static JsonNode field(JsonNode json, String name) {
    JsonNode value = json == null ? null : json.get(name);
    if (value == null || value.isNull()) {
      throw new IllegalArgumentException("field '" + name + "' is missing");
    }
    return value;
  }
}
