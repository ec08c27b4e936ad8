// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.thrift.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.schema.ConsistencyMode;
import io.sedna.common.schema.MemoryMode;
import io.sedna.common.schema.PersistenceMode;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import io.sedna.thrift.generated.TableAlteration;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TField;
import org.apache.thrift.protocol.TType;
import org.apache.thrift.transport.TMemoryBuffer;
import org.junit.Test;

public class SchemasTest {
  private static io.sedna.thrift.generated.TableSchema named(String name) {
    return new io.sedna.thrift.generated.TableSchema(name);
  }

  private static ErrorCode refusal(io.sedna.thrift.generated.TableSchema schema) {
    return catchThrowableOfType(SednaException.class, () -> Schemas.toCommon(schema, 3)).code();
  }

  @Test
  public void shouldFillInTheDefaults() {
    TableSchema schema = Schemas.toCommon(named("a.b"), 3);

    assertThat(schema).isEqualTo(TableSchema.of(TableName.parse("a.b"), 3));
  }

  @Test
  public void shouldTakeTheMajorityOfTheCopiesAskedFor() {
    TableSchema schema = Schemas.toCommon(named("a.b").setReplicas(1), 3);

    assertThat(schema.readQuorum()).isEqualTo(1);
    assertThat(schema.writeQuorum()).isEqualTo(1);
  }

  @Test
  public void shouldCapTheInstancesCopiesAtTheGreatestNumber() {
    assertThat(Schemas.toCommon(named("a.b"), 20).replicas()).isEqualTo(TableSchema.MAX_REPLICAS);
  }

  @Test
  public void shouldRefuseWhatCannotBe() {
    assertThat(refusal(named("nodot"))).isEqualTo(ErrorCode.INVALID_NAME);
    assertThat(refusal(new io.sedna.thrift.generated.TableSchema()))
        .isEqualTo(ErrorCode.INVALID_NAME);
    assertThat(refusal(named("a.b").setReplicas(4))).isEqualTo(ErrorCode.INVALID_QUORUM);
    assertThat(refusal(named("a.b").setReplicas(0))).isEqualTo(ErrorCode.INVALID_QUORUM);
    assertThat(refusal(named("a.b").setReplicas(2).setWriteQuorum(3)))
        .isEqualTo(ErrorCode.INVALID_QUORUM);
    assertThat(refusal(named("a.b").setTtlMs(-1))).isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  public void shouldRefuseModesThatItDoesNotKnow() throws TException {
    // Fields of sedna.thrift's TableSchema.
    assertUnknown(5, "unknown ConsistencyMode of table a.b: it is none of EVENTUAL=0, STRONG=1");
    assertUnknown(6, "unknown MemoryMode of table a.b: it is none of STORE=0, CACHE=1");
    assertUnknown(8, "unknown PersistenceMode of table a.b");
    assertUnknown(11, "unknown ConflictPolicy of table a.b");
  }

  private static void assertUnknown(int field, String message) throws TException {
    var bytes = new TMemoryBuffer(64);
    var protocol = new TBinaryProtocol(bytes);
    protocol.writeFieldBegin(new TField("name", TType.STRING, (short) 1));
    protocol.writeString("a.b");
    protocol.writeFieldBegin(new TField("mode", TType.I32, (short) field));
    protocol.writeI32(9);
    protocol.writeFieldStop();
    var schema = new io.sedna.thrift.generated.TableSchema();
    schema.read(protocol);

    SednaException e =
        catchThrowableOfType(SednaException.class, () -> Schemas.toCommon(schema, 3));

    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(e).hasMessageContaining(message);
  }

  @Test
  public void shouldCarryATableThereAndBack() {
    var table =
        new Table(
            9,
            new TableSchema(
                TableName.parse("a.b"),
                5,
                2,
                4,
                ConsistencyMode.STRONG,
                MemoryMode.CACHE,
                1000,
                PersistenceMode.LOG,
                60_000,
                64L << 20),
            true,
            123);

    assertThat(Schemas.toCommon(Schemas.toThrift(table))).isEqualTo(table);
  }

  @Test
  public void shouldChangeOnlyWhatIsSet() {
    TableSchema schema = TableSchema.of(TableName.parse("a.b"), 3);

    TableSchema altered =
        Schemas.altered(schema, new TableAlteration().setReadQuorum(3).setTtlMs(500));

    assertThat(altered.readQuorum()).isEqualTo(3);
    assertThat(altered.ttlMs()).isEqualTo(500);
    assertThat(altered.writeQuorum()).isEqualTo(2);
    assertThat(altered.maxBytes()).isZero();
    assertThat(Schemas.altered(altered, new TableAlteration().setMaxBytes(5 << 20)).maxBytes())
        .isEqualTo(5 << 20);
    assertThat(altered.persistence()).isEqualTo(PersistenceMode.SNAPSHOT);
  }

  @Test
  public void shouldRefuseAnAlterationOfAnUnknownMode() {
    TableSchema schema = Schemas.toCommon(named("d.t"), 3);
    var alteration =
        new TableAlteration().setMemory(io.sedna.thrift.generated.MemoryMode.findByValue(99));

    assertThatThrownBy(() -> Schemas.altered(schema, alteration))
        .isInstanceOf(SednaException.class)
        .hasMessageContaining("d.t")
        .hasMessageContaining("[STORE, CACHE]");
  }
}
