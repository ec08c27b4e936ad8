// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.thrift.convert;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.ConflictPolicy;
import io.sedna.common.schema.ConsistencyMode;
import io.sedna.common.schema.MemoryMode;
import io.sedna.common.schema.PersistenceMode;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import io.sedna.thrift.generated.TableAlteration;
import io.sedna.thrift.generated.TableInfo;
import io.sedna.thrift.generated.TableState;
import java.util.Optional;
import org.apache.hadoop.classification.InterfaceAudience;

/** Table schemas on the wire and in the program. */
@InterfaceAudience.Private
public final class Schemas {
  private Schemas() {}

  /**
   * The schema with every default filled in.
   *
   * @param instanceReplication the instance's sedna.replication: N where the schema gives none, and
   *     the greatest N that it may give
   * @throws SednaException INVALID_NAME, INVALID_QUORUM or INVALID_ARGUMENT
   */
  public static TableSchema toCommon(
      io.sedna.thrift.generated.TableSchema schema, int instanceReplication) {
    if (!schema.isSetName()) {
      throw new SednaException(ErrorCode.INVALID_NAME, "a table has a name: dataset.table");
    }
    if (schema.isSetReplicas() && schema.getReplicas() > instanceReplication) {
      throw new SednaException(
          ErrorCode.INVALID_QUORUM,
          "impossible quorum: N="
              + schema.getReplicas()
              + " is above the instance's sedna.replication="
              + instanceReplication);
    }
    int replicas =
        schema.isSetReplicas()
            ? schema.getReplicas()
            : Math.min(instanceReplication, TableSchema.MAX_REPLICAS);
    int majority = TableSchema.majority(replicas);
    return new TableSchema(
        TableName.parse(schema.getName()),
        replicas,
        schema.isSetReadQuorum() ? schema.getReadQuorum() : majority,
        schema.isSetWriteQuorum() ? schema.getWriteQuorum() : majority,
        schema.isSetConsistency()
            ? ConsistencyMode.values()[schema.getConsistency().getValue()]
            : ConsistencyMode.EVENTUAL,
        schema.isSetMemory()
            ? MemoryMode.values()[schema.getMemory().getValue()]
            : MemoryMode.STORE,
        schema.getTtlMs(),
        schema.isSetPersistence()
            ? PersistenceMode.values()[schema.getPersistence().getValue()]
            : PersistenceMode.SNAPSHOT,
        schema.getSnapshotIntervalMs(),
        schema.getMaxBytes(),
        schema.isSetConflictPolicy()
            ? ConflictPolicy.values()[schema.getConflictPolicy().getValue()]
            : ConflictPolicy.ALL,
        Optional.ofNullable(schema.getMergeClass()),
        schema.isSetMinInSync() ? schema.getMinInSync() : majority);
  }

  public static io.sedna.thrift.generated.TableSchema toThrift(TableSchema schema) {
    return new io.sedna.thrift.generated.TableSchema(schema.name().toString())
        .setReplicas(schema.replicas())
        .setReadQuorum(schema.readQuorum())
        .setWriteQuorum(schema.writeQuorum())
        .setConsistency(
            io.sedna.thrift.generated.ConsistencyMode.findByValue(schema.consistency().ordinal()))
        .setMemory(io.sedna.thrift.generated.MemoryMode.findByValue(schema.memory().ordinal()))
        .setTtlMs(schema.ttlMs())
        .setPersistence(
            io.sedna.thrift.generated.PersistenceMode.findByValue(schema.persistence().ordinal()))
        .setSnapshotIntervalMs(schema.snapshotIntervalMs())
        .setMaxBytes(schema.maxBytes())
        .setConflictPolicy(
            io.sedna.thrift.generated.ConflictPolicy.findByValue(schema.conflictPolicy().ordinal()))
        .setMergeClass(schema.mergeClass().orElse(null))
        .setMinInSync(schema.minInSync());
  }

  public static TableInfo toThrift(Table table) {
    return new TableInfo(
        table.id(),
        toThrift(table.schema()),
        table.restoring() ? TableState.RESTORING : TableState.ONLINE,
        table.createdAtMs());
  }

  public static Table toCommon(TableInfo info) {
    return new Table(
        info.getId(),
        toCommon(info.getSchema(), TableSchema.MAX_REPLICAS),
        info.getState() == TableState.RESTORING,
        info.getCreatedAtMs());
  }

  /**
   * The schema as the alteration leaves it.
   *
   * @throws SednaException INVALID_QUORUM or INVALID_ARGUMENT
   */
  public static TableSchema altered(TableSchema schema, TableAlteration alteration) {
    return new TableSchema(
        schema.name(),
        schema.replicas(),
        alteration.isSetReadQuorum() ? alteration.getReadQuorum() : schema.readQuorum(),
        alteration.isSetWriteQuorum() ? alteration.getWriteQuorum() : schema.writeQuorum(),
        schema.consistency(),
        alteration.isSetMemory()
            ? MemoryMode.values()[alteration.getMemory().getValue()]
            : schema.memory(),
        alteration.isSetTtlMs() ? alteration.getTtlMs() : schema.ttlMs(),
        alteration.isSetPersistence()
            ? PersistenceMode.values()[alteration.getPersistence().getValue()]
            : schema.persistence(),
        alteration.isSetSnapshotIntervalMs()
            ? alteration.getSnapshotIntervalMs()
            : schema.snapshotIntervalMs(),
        alteration.isSetMaxBytes() ? alteration.getMaxBytes() : schema.maxBytes(),
        schema.conflictPolicy(),
        schema.mergeClass(),
        alteration.isSetMinInSync() ? alteration.getMinInSync() : schema.minInSync());
  }
}
