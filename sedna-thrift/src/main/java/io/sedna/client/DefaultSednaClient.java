// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.TableName;
import java.util.concurrent.ConcurrentHashMap;

/** Hands out what shares one core. */
final class DefaultSednaClient implements SednaClient {
  private final ClientCore core;
  private final ConcurrentHashMap<String, TableCache> tables = new ConcurrentHashMap<>();
  private final SednaAdmin admin;

  DefaultSednaClient(ClientCore core) {
    this.core = core;
    this.admin = new DefaultAdmin(core, this::changed);
  }

  private void changed(String table) {
    TableCache cache = tables.get(table);
    if (cache != null) {
      cache.forget();
    }
  }

  @Override
  public SednaTable table(String name) {
    String checked = TableName.parse(name).toString();
    return new DefaultTable(
        core, checked, tables.computeIfAbsent(checked, n -> new TableCache(core, n)));
  }

  @Override
  public SednaAdmin admin() {
    return admin;
  }

  @Override
  public PartitionMap partitionMap() {
    PartitionMap map = core.maps().current().map();
    if (map == null) {
      throw ClientCore.noMap();
    }
    return map;
  }

  @Override
  public PartitionMap refresh() {
    core.await(core.begin(() -> core.maps().refresh(null)));
    return partitionMap();
  }

  @Override
  public void close() {
    core.close();
  }
}
