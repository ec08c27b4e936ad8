// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.sedna.bench.client.ClientLoad;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * A map of Hazelcast under load. Keys are strings: a byte array is no key of a Java map, so
 * getAll's answer could not be looked into.
 */
final class HazelcastTarget implements ClientLoad.Target, AutoCloseable {
  private final HazelcastInstance client;
  private final IMap<String, byte[]> map;

  HazelcastTarget(InetSocketAddress member) {
    var config = new ClientConfig();
    config.setClusterName(HazelcastMember.CLUSTER);
    config.setProperty("hazelcast.logging.type", "slf4j");
    config
        .getNetworkConfig()
        .addAddress(member.getAddress().getHostAddress() + ":" + member.getPort());
    client = HazelcastClient.newHazelcastClient(config);
    map = client.getMap(HazelcastMember.MAP);
  }

  private static String key(byte[] key) {
    return new String(key, java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  @Override
  public byte[] get(byte[] key) {
    return map.get(key(key));
  }

  @Override
  public void put(byte[] key, byte[] value) {
    // Unlike put it does not fetch the old value.
    map.set(key(key), value);
  }

  @Override
  public List<byte[]> getAll(List<byte[]> keys) {
    Collection<String> names = new ArrayList<>(keys.size());
    keys.forEach(key -> names.add(key(key)));
    Map<String, byte[]> found = map.getAll(new HashSet<>(names));
    var values = new ArrayList<byte[]>(keys.size());
    names.forEach(name -> values.add(found.get(name)));
    return values;
  }

  @Override
  public void putAll(List<byte[]> keys, List<byte[]> values) {
    var entries = new HashMap<String, byte[]>();
    for (int i = 0; i < keys.size(); i++) {
      entries.put(key(keys.get(i)), values.get(i));
    }
    map.putAll(entries);
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
