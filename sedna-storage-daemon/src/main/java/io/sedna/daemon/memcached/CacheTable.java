// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.common.error.SednaException;
import io.sedna.common.schema.Table;
import io.sedna.common.time.HybridClock;
import io.sedna.daemon.replication.Coordinator;
import io.sedna.daemon.replication.LocalTable;
import io.sedna.daemon.replication.LocalTables;
import io.sedna.daemon.replication.strong.PrimaryCalls;
import io.sedna.daemon.server.RequestChecks;
import org.apache.hadoop.classification.InterfaceAudience;

/** The table that memcached clients read and write, for all connections. Thread-safe. */
@InterfaceAudience.Private
public final class CacheTable {
  private final String name;
  private final LocalTables tables;
  private final Coordinator coordinator;
  private final PrimaryCalls primaries;
  private final RequestChecks checks;
  private final HybridClock clock;
  private final long tombstoneGraceMs;
  private final FlushMark flushes = new FlushMark();
  private final AccessTrace accesses = new AccessTrace();
  private final Prefixes prefixes = new Prefixes();

  /**
   * @param name dataset.table; it need not exist yet
   * @param tombstoneGraceMs how long a tombstone is kept
   */
  public CacheTable(
      String name,
      LocalTables tables,
      Coordinator coordinator,
      PrimaryCalls primaries,
      RequestChecks checks,
      HybridClock clock,
      long tombstoneGraceMs) {
    this.name = name;
    this.tables = tables;
    this.coordinator = coordinator;
    this.primaries = primaries;
    this.checks = checks;
    this.clock = clock;
    this.tombstoneGraceMs = tombstoneGraceMs;
  }

  String name() {
    return name;
  }

  HybridClock clock() {
    return clock;
  }

  Coordinator coordinator() {
    return coordinator;
  }

  PrimaryCalls primaries() {
    return primaries;
  }

  FlushMark flushes() {
    return flushes;
  }

  Prefixes prefixes() {
    return prefixes;
  }

  AccessTrace accesses() {
    return accesses;
  }

  long tombstoneGraceMs() {
    return tombstoneGraceMs;
  }

  /** The short way to the table; null: there is none now. */
  LocalTable local() {
    return tables.find(name);
  }

  /**
   * The table, to be read.
   *
   * @throws SednaException TABLE_NOT_FOUND or LOADING
   */
  Table readable() {
    return checks.readable(0, name);
  }

  /**
   * The table, to be written.
   *
   * @throws SednaException as {@link #readable}, or FROZEN or NOT_SUPPORTED
   */
  Table writable() {
    return checks.writable(0, name);
  }
}
