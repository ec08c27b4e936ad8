// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.ConsistencyMode;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * What people should be told about tables that have fewer serving copies than they ask for: too few
 * daemons live, or copies are still being made. A table may ask for more than there are, because
 * daemons come and go, so this is no error; calls that need more copies than serve are refused one
 * by one, with NOT_ENOUGH_REPLICAS.
 */
@InterfaceAudience.LimitedPrivate("sedna-yarn-am")
@InterfaceStability.Evolving
public final class CopyWarnings {
  private CopyWarnings() {}

  /**
   * Of all tables, by the newest partition map. Blocks.
   *
   * @throws io.sedna.common.error.SednaException as every call
   */
  public static List<String> of(SednaClient client) {
    return of(client.refresh(), client.admin().listTables(""));
  }

  /**
   * One sentence for each table that lacks copies, in the order of the tables.
   *
   * @param map the newest
   */
  public static List<String> of(PartitionMap map, List<Table> tables) {
    int[] serving = serving(map);
    var warnings = new ArrayList<String>();
    for (Table table : tables) {
      TableSchema schema = table.schema();
      int lacking = 0;
      int least = Integer.MAX_VALUE;
      for (int copies : serving) {
        least = Math.min(least, copies);
        if (copies < schema.replicas()) {
          lacking++;
        }
      }
      if (lacking > 0) {
        warnings.add(warning(schema, serving.length, lacking, least, map.nodes().size()));
      }
    }
    return warnings;
  }

  /** Number of serving copies of each partition. */
  private static int[] serving(PartitionMap map) {
    int[] serving = new int[map.partitions()];
    for (int partition = 0; partition < serving.length; partition++) {
      for (int i = 0; i < map.replicaCount(partition); i++) {
        if (map.replicaState(partition, i) == ReplicaState.SERVING) {
          serving[partition]++;
        }
      }
    }
    return serving;
  }

  private static String warning(
      TableSchema schema, int partitions, int lacking, int least, int daemons) {
    return "table "
        + schema.name()
        + " asks for "
        + schema.replicas()
        + " copies, and "
        + lacking
        + " of "
        + partitions
        + " partitions serve with fewer, the least with "
        + least
        + "; daemons="
        + daemons
        + refused(schema, least);
  }

  /** What is refused of the partition that has the fewest copies. */
  private static String refused(TableSchema schema, int least) {
    if (least == 0) {
      return ": reads and writes wait";
    }
    boolean strong = schema.consistency() == ConsistencyMode.STRONG;
    int reads = strong ? 1 : schema.readQuorum();
    int writes = strong ? schema.minInSync() : schema.writeQuorum();
    String needs = (strong ? "min_in_sync=" : "R=" + reads + ", W=") + writes;
    if (least < reads) {
      return least < writes
          ? ": reads and writes are refused there, " + needs
          : ": reads are refused there, " + needs;
    }
    return least < writes ? ": writes are refused there, " + needs : "";
  }
}
