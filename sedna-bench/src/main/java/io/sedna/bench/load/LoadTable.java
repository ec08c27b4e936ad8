// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.load;

import io.sedna.client.SednaClient;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.generated.PersistenceMode;
import io.sedna.thrift.generated.TableSchema;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hadoop.classification.InterfaceAudience;

/** The table of a load: one copy, in memory alone. */
@InterfaceAudience.Private
public final class LoadTable {
  private LoadTable() {}

  /** Makes the table unless it is there. */
  public static void ensure(List<InetSocketAddress> daemons, String table) {
    String bootstrap =
        daemons.stream()
            .map(daemon -> daemon.getHostString() + ":" + daemon.getPort())
            .collect(Collectors.joining(","));
    try (SednaClient client = SednaClient.builder().bootstrap(bootstrap).build()) {
      create(client, table);
    }
  }

  /** Makes the table unless it is there. */
  public static void create(SednaClient client, String table) {
    try {
      client
          .admin()
          .createTable(
              new TableSchema(table)
                  .setReplicas(1)
                  .setReadQuorum(1)
                  .setWriteQuorum(1)
                  .setPersistence(PersistenceMode.NONE));
    } catch (SednaException e) {
      if (e.code() != ErrorCode.TABLE_EXISTS) {
        throw e;
      }
    }
  }
}
