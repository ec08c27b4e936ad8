// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.id.NodeId;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import io.sedna.thrift.convert.Schemas;
import io.sedna.thrift.generated.TableAlteration;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.Test;

public class ZnodeCodecTest {

  @Test
  public void shouldKeepTheCatalogue() {
    var one = new Table(3, TableSchema.of(TableName.parse("d.t"), 3), false, 5);
    var shadow = new Table(4, TableSchema.of(TableName.parse("d.t"), 2), true, 6);
    var catalogue = new TableCatalogue(9, 17, List.of(shadow, one));

    TableCatalogue read = ZnodeCodec.catalogue(ZnodeCodec.encode(catalogue));

    assertThat(read.version()).isEqualTo(9);
    assertThat(read.nextId()).isEqualTo(17);
    assertThat(read.all()).containsExactly(one, shadow);
    assertThat(read.tables()).containsExactly(one);
    assertThat(read.byName("d.t")).contains(one);
    assertThat(read.byId(4)).contains(shadow);
  }

  @Test
  public void shouldKeepAQuotaAndReadCataloguesThatWereWrittenBeforeThereWereAny()
      throws Exception {
    String json =
        "{'version':3,'nextId':8,'tables':[{'id':7,'name':'d.t','replicas':3,'readQuorum':2,"
            + "'writeQuorum':2,'consistency':'EVENTUAL','memory':'CACHE','ttlMs':5,"
            + "'persistence':'NONE','snapshotIntervalMs':0,'restoring':false,'createdAtMs':9}]}";
    var old = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(old)) {
      gzip.write(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    TableCatalogue read = ZnodeCodec.catalogue(old.toByteArray());

    TableSchema schema = read.byId(7).orElseThrow().schema();
    assertThat(schema.maxBytes()).isZero();
    TableSchema limited = Schemas.altered(schema, new TableAlteration().setMaxBytes(3L << 30));
    var catalogue = new TableCatalogue(4, List.of(new Table(7, limited, false, 9)));
    assertThat(ZnodeCodec.catalogue(ZnodeCodec.encode(catalogue)).byId(7))
        .contains(new Table(7, limited, false, 9));
  }

  @Test
  public void shouldHoldFiveThousandTablesInAZnode() {
    var tables = new ArrayList<Table>();
    for (int i = 1; i <= 5000; i++) {
      var name = TableName.parse("dataset_" + i % 70 + ".a_table_with_a_long_name_" + i);
      tables.add(new Table(i, TableSchema.of(name, 3), false, 1_790_000_000_000L + i * 7919L));
    }

    assertThat(ZnodeCodec.encode(new TableCatalogue(1, tables)).length).isLessThan(250_000);
  }

  @Test
  public void shouldKeepNodesAndTheFreeze() {
    Set<NodeId> nodes = Set.of(new NodeId("a"), new NodeId("b"));

    assertThat(ZnodeCodec.nodes(ZnodeCodec.encodeNodes(nodes))).isEqualTo(nodes);
    assertThat(ZnodeCodec.frozen(ZnodeCodec.encodeFrozen(true))).isTrue();
    assertThat(ZnodeCodec.frozen(ZnodeCodec.encodeFrozen(false))).isFalse();
    assertThat(ZnodeCodec.map(new byte[0])).isEmpty();
  }
}
