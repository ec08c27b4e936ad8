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
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.thrift.TEnum;

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
        known(ConsistencyMode.class, schema.getConsistency(), schema),
        known(MemoryMode.class, schema.getMemory(), schema),
        schema.getTtlMs(),
        known(PersistenceMode.class, schema.getPersistence(), schema),
        schema.getSnapshotIntervalMs(),
        schema.getMaxBytes(),
        known(ConflictPolicy.class, schema.getConflictPolicy(), schema),
        Optional.ofNullable(schema.getMergeClass()),
        schema.isSetMinInSync() ? schema.getMinInSync() : majority);
  }

  /**
   * The constant of ours that stands for one of the protocol's.
   *
   * @param value what a schema has; null: the sender gave a number that this version does not know,
   *     for what is not given has the protocol's default
   */
  private static <E extends Enum<E>> E known(
      Class<E> type, TEnum value, io.sedna.thrift.generated.TableSchema schema) {
    E[] constants = type.getEnumConstants();
    if (value == null) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT,
          "unknown "
              + type.getSimpleName()
              + " of table "
              + schema.getName()
              + ": it is none of "
              + Arrays.stream(constants)
                  .map(constant -> constant + "=" + constant.ordinal())
                  .collect(Collectors.joining(", ")));
    }
    return constants[value.getValue()];
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
   * @throws SednaException INVALID_QUORUM, or INVALID_ARGUMENT: also of an alteration that names
   *     nothing, as Thrift makes one of a mode that is not known here
   */
  public static TableSchema altered(TableSchema schema, TableAlteration alteration) {
    if (alteration.equals(new TableAlteration())) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT,
          "the alteration of table "
              + schema.name()
              + " changes nothing: it names no setting, or a mode that is not known here; memory is"
              + " one of "
              + Arrays.toString(MemoryMode.values())
              + ", persistence one of "
              + Arrays.toString(PersistenceMode.values()));
    }
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
