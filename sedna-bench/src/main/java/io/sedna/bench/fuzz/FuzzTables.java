// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.fuzz;

import io.sedna.client.SednaClient;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.generated.MemoryMode;
import io.sedna.thrift.generated.PersistenceMode;
import io.sedna.thrift.generated.TableSchema;
import java.net.InetSocketAddress;

/** The tables of a run through Thrift: made at its begin, dropped when it went well. */
final class FuzzTables implements AutoCloseable {
  private final SednaClient client;

  private FuzzTables(SednaClient client) {
    this.client = client;
  }

  static FuzzTables create(InetSocketAddress thrift) {
    SednaClient client =
        SednaClient.builder().bootstrap(thrift.getHostString() + ":" + thrift.getPort()).build();
    var tables = new FuzzTables(client);
    try {
      tables.create(ThriftCanary.TABLE, MemoryMode.STORE);
      tables.create(ThriftInputs.TABLE, MemoryMode.CACHE);
      return tables;
    } catch (SednaException e) {
      client.close();
      throw e;
    }
  }

  private void create(String table, MemoryMode memory) {
    try {
      client
          .admin()
          .createTable(
              new TableSchema(table)
                  .setReplicas(1)
                  .setReadQuorum(1)
                  .setWriteQuorum(1)
                  .setMemory(memory)
                  .setPersistence(PersistenceMode.NONE));
    } catch (SednaException e) {
      if (e.code() != ErrorCode.TABLE_EXISTS) {
        throw e;
      }
    }
  }

  /** After a run without a failure: what is in them may tell of one. */
  void drop() {
    client.admin().dropTable(ThriftCanary.TABLE);
    client.admin().dropTable(ThriftInputs.TABLE);
  }

  @Override
  public void close() {
    client.close();
  }
}
