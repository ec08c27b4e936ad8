// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.common.error.SednaException;
import io.sedna.common.partition.PartitionMap;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * Reads and writes the tables of one instance, each call sent straight to a replica of its key.
 * Thread-safe; one for a process is enough.
 *
 * <pre>{@code
 * try (SednaClient client = SednaClient.builder().bootstrap("host:7720").build()) {
 *   SednaTable table = client.table("shop.prices");
 *   table.put(key, value);
 *   Optional<VersionedValue> read = table.get(key);
 * }
 * }</pre>
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public interface SednaClient extends AutoCloseable {
  /** A builder with the defaults of sedna-default.xml. */
  static SednaClientBuilder builder() {
    return new SednaClientBuilder();
  }

  /**
   * A handle, without asking any daemon: whether the table exists shows when it is first used.
   *
   * @param name dataset.table
   * @throws SednaException INVALID_NAME
   */
  SednaTable table(String name);

  SednaAdmin admin();

  /**
   * The partition map as the client knows it.
   *
   * @throws SednaException LOADING while the instance has none
   */
  PartitionMap partitionMap();

  /** Asks a daemon for a newer map, and returns what the client then knows. */
  PartitionMap refresh();

  /** Attempts at calls so far beyond the first of each: what callers did not see go wrong. */
  long retries();

  /** Fails what is under way with SHUTTING_DOWN. */
  @Override
  void close();
}
