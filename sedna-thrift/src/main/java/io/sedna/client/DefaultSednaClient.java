// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.common.conf.NearCacheConfig;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.schema.TableName;
import java.util.concurrent.ConcurrentHashMap;

/** Hands out what shares one core. */
final class DefaultSednaClient implements SednaClient {
  private final ClientCore core;
  private final ConcurrentHashMap<String, TableCache> tables = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, NearCache> nearCaches = new ConcurrentHashMap<>();
  private final NearCacheConfig nearCache;
  private final SednaAdmin admin;

  DefaultSednaClient(ClientCore core, NearCacheConfig nearCache) {
    this.nearCache = nearCache;
    this.core = core;
    this.admin = new DefaultAdmin(core, this::changed);
  }

  private void changed(String table) {
    TableCache cache = tables.get(table);
    if (cache != null) {
      cache.forget();
    }
    NearCache near = nearCaches.get(table);
    if (near != null) {
      near.clear();
    }
  }

  @Override
  public SednaTable table(String name) {
    String checked = TableName.parse(name).toString();
    var table =
        new DefaultTable(
            core, checked, tables.computeIfAbsent(checked, n -> new TableCache(core, n)));
    if (!nearCache.covers(checked)) {
      return table;
    }
    // One for all handles of a table: what is written through one is not read through another.
    NearCache cache =
        nearCaches.computeIfAbsent(
            checked, n -> new NearCache(nearCache, () -> core.clock().millis()));
    return new NearCachedTable(table, cache, core::isClosed);
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
  public long retries() {
    return core.retries();
  }

  @Override
  public void close() {
    core.close();
  }
}
