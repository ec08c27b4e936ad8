// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.am;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.net.CachedDNSToSwitchMapping;
import org.apache.hadoop.net.DNSToSwitchMapping;
import org.apache.hadoop.net.NetworkTopology;

/**
 * Racks of nodes as the resource manager reported them. A request for a host is granted only if it
 * names the rack that the resource manager has the host in, and the client library looks that up
 * with the topology script of its own machine, which may know nothing. So the application master
 * sets this as {@code net.topology.node.switch.mapping.impl}. Not private to the package, and
 * static inside, because Hadoop makes its own object by reflection.
 */
@InterfaceAudience.Private
public final class ReportedRacks extends CachedDNSToSwitchMapping {
  private static final Map<String, String> RACKS = new ConcurrentHashMap<>();

  public ReportedRacks() {
    super(new Lookup());
  }

  static void report(String requestName, String rack) {
    RACKS.put(requestName, rack);
  }

  /** Not cached: what is reported may change; nor turned into addresses, as the superclass does. */
  @Override
  public List<String> resolve(List<String> names) {
    return rawMapping.resolve(names);
  }

  private static final class Lookup implements DNSToSwitchMapping {
    @Override
    public List<String> resolve(List<String> names) {
      return names.stream()
          .map(name -> RACKS.getOrDefault(name, NetworkTopology.DEFAULT_RACK))
          .toList();
    }

    @Override
    public void reloadCachedMappings() {}

    @Override
    public void reloadCachedMappings(List<String> names) {}
  }
}
