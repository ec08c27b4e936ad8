// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.client;

import io.sedna.client.PutEntry;
import io.sedna.client.ReadResult;
import io.sedna.client.SednaTable;
import io.sedna.client.VersionedValue;
import io.sedna.client.WriteResult;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;

/** A table of Sedna under load, through the calls that wait. */
@InterfaceAudience.Private
public final class SednaTarget implements ClientLoad.Target {
  private final SednaTable table;

  public SednaTarget(SednaTable table) {
    this.table = table;
  }

  @Override
  public byte[] get(byte[] key) {
    return table.get(key).map(VersionedValue::value).orElse(null);
  }

  @Override
  public void put(byte[] key, byte[] value) {
    table.put(key, value).orThrow();
  }

  @Override
  public List<byte[]> getAll(List<byte[]> keys) {
    var values = new ArrayList<byte[]>(keys.size());
    for (ReadResult read : table.multiGet(keys)) {
      values.add(read.orThrow().map(VersionedValue::value).orElse(null));
    }
    return values;
  }

  @Override
  public void putAll(List<byte[]> keys, List<byte[]> values) {
    var entries = new ArrayList<PutEntry>(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      entries.add(new PutEntry(keys.get(i), values.get(i)));
    }
    table.multiPut(entries).forEach(WriteResult::orThrow);
  }
}
