// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import io.sedna.client.SednaClient;
import io.sedna.common.verify.Finding;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Clients on an instance that somebody else runs and breaks: of an eventual table, of one of
 * several sources and of a strong one, all with three copies. Each call and answer is written down,
 * and checked at the end, as {@code bin/sedna chaos} does. Not thread-safe.
 */
@InterfaceAudience.LimitedPrivate("tests of sedna-minicluster")
public final class RecordedLoad {
  private final SednaClient client;
  private final Load load;

  private RecordedLoad(SednaClient client, Load load) {
    this.client = client;
    this.load = load;
  }

  /**
   * What was found.
   *
   * @param answered calls that were answered well, by table
   * @param failed calls that were not, with their errors, by table
   * @param findings what is not as the tables promise; empty: everything is
   */
  public record Result(
      Map<String, Long> answered, Map<String, String> failed, List<String> findings) {}

  /**
   * Creates the tables where they are not there, and begins.
   *
   * @param client stays the caller's, and open until the end
   * @param prefix of all keys, unlike that of any other load on the instance
   */
  public static RecordedLoad start(SednaClient client, String prefix, long seed)
      throws IOException {
    for (Tables table : Tables.values()) {
      table.create(client.admin());
    }
    return new RecordedLoad(client, Load.start(client, EnumSet.allOf(Tables.class), prefix, seed));
  }

  /**
   * Ends the clients and checks what they were answered. All partitions must have all their copies.
   *
   * @param patience how long replicas may take to become alike
   */
  public Result stopAndCheck(Duration patience) throws IOException {
    load.stop();
    var answered = new TreeMap<String, Long>();
    var failed = new TreeMap<String, String>();
    var findings = new ArrayList<String>();
    try (var replicas = new Replicas(client)) {
      for (Tables table : Tables.values()) {
        Successes counted = load.successes().get(table);
        answered.put(table.table(), counted.answered());
        if (counted.failed() > 0) {
          failed.put(table.table(), counted.failures().toString());
        }
        var check = new RoundCheck(client, replicas, table, load.recorders().get(table));
        for (Finding finding : check.check(patience).findings()) {
          findings.add(table.table() + ": " + finding);
        }
      }
    }
    return new Result(answered, failed, findings);
  }
}
