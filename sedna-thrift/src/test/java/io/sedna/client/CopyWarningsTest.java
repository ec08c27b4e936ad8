// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.ConsistencyMode;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import io.sedna.thrift.convert.Schemas;
import java.util.List;
import org.junit.Test;

public class CopyWarningsTest {
  private static final ReplicaState UP = ReplicaState.SERVING;
  private static final ReplicaState FILLING = ReplicaState.FILLING;

  @Test
  public void shouldSayNothingWhereAllCopiesServe() {
    assertThat(CopyWarnings.of(map(List.of(UP, UP, UP)), List.of(table("d.t", 3)))).isEmpty();
  }

  @Test
  public void shouldTellHowManyPartitionsLackCopiesAndWhatIsRefused() {
    PartitionMap map = map(List.of(UP, UP, FILLING), List.of(UP));

    assertThat(CopyWarnings.of(map, List.of(table("d.t", 3), table("d.one", 1))))
        .containsExactly(
            "table d.t asks for 3 copies, and 2 of 2 partitions serve with fewer, the least with 1;"
                + " daemons=3: reads and writes are refused there, R=2, W=2");
  }

  @Test
  public void shouldNotSayThatCallsAreRefusedThatAreNot() {
    assertThat(CopyWarnings.of(map(List.of(UP, UP), List.of(UP, UP)), List.of(table("d.t", 3))))
        .singleElement()
        .asString()
        .endsWith("daemons=3");
  }

  @Test
  public void shouldGoByWhatIsInSyncForStrongTables() {
    var schema = TableSchema.of(TableName.parse("d.s"), 3);
    var thrift = Schemas.toThrift(schema);
    thrift.setConsistency(io.sedna.thrift.generated.ConsistencyMode.STRONG).setMinInSync(2);
    TableSchema strong = Schemas.toCommon(thrift, 3);
    assertThat(strong.consistency()).isEqualTo(ConsistencyMode.STRONG);

    assertThat(CopyWarnings.of(map(List.of(UP)), List.of(new Table(1, strong, false, 0))))
        .singleElement()
        .asString()
        .endsWith(": writes are refused there, min_in_sync=2");
  }

  @Test
  public void shouldTellOfPartitionsWithoutACopy() {
    assertThat(CopyWarnings.of(map(List.of(ReplicaState.LOADING)), List.of(table("d.t", 1))))
        .singleElement()
        .asString()
        .endsWith("the least with 0; daemons=3: reads and writes wait");
  }

  /** One partition, or two, whose i-th replica is on the i-th of three nodes. */
  @SafeVarargs
  private static PartitionMap map(List<ReplicaState>... partitions) {
    var nodes =
        List.of("a", "b", "c").stream()
            .map(id -> new MapNode(new NodeId(id), "host", 1, 2, "/rack", 1))
            .toList();
    var builder = PartitionMap.builder(1, partitions.length, 3, nodes);
    for (int partition = 0; partition < partitions.length; partition++) {
      for (int i = 0; i < partitions[partition].size(); i++) {
        builder.add(partition, i, partitions[partition].get(i));
      }
    }
    return builder.build();
  }

  private static Table table(String name, int copies) {
    return new Table(1, TableSchema.of(TableName.parse(name), copies), false, 0);
  }
}
