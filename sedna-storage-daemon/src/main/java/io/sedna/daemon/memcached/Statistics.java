// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.common.conf.MemcachedConfig;
import io.sedna.daemon.engine.MemoryUse;
import io.sedna.daemon.engine.PartitionStore;
import io.sedna.daemon.engine.ScanRange;
import io.sedna.daemon.engine.StoreOptions;
import io.sedna.daemon.engine.StoreStatistics;
import io.sedna.daemon.engine.StoredRecord;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.engine.TableMemory;
import io.sedna.daemon.memcached.Counters.Kind;
import io.sedna.daemon.replication.LocalTable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What the stats commands say, as memcached's lines {@code STAT name value}. Names that stand for
 * something Sedna does not have (slabs, the LRU crawler) are there with the value that means
 * nothing happened, because tools ask for them. Thread-safe.
 */
final class Statistics {
  static final int SLAB_CLASSES = 64;

  private static final int MOST_DUMPED = 1000;
  private static final int DUMP_BYTES = 1 << 20;
  private static final long SECOND_MS = 1000;

  /** General statistics that are always 0, in memcached's order, by where they follow. */
  private static final String[] NOTHING_OF_CONNECTIONS = {
    "response_obj_oom", "response_obj_count", "response_obj_bytes", "read_buf_count",
    "read_buf_bytes", "read_buf_bytes_free", "read_buf_oom", "reserved_fds"
  };

  private static final String[] NOTHING_OF_SLABS = {
    "slab_reassign_rescues",
    "slab_reassign_chunk_rescues",
    "slab_reassign_evictions_nomem",
    "slab_reassign_inline_reclaim",
    "slab_reassign_busy_items",
    "slab_reassign_busy_deletes",
    "slab_reassign_running",
    "slabs_moved",
    "malloc_fails",
    "log_worker_dropped",
    "log_worker_written",
    "log_watcher_skipped",
    "log_watcher_sent",
    "log_watchers",
    "unexpected_napi_ids",
    "round_robin_fallback"
  };

  private static final String[] NOTHING_OF_ITEMS = {
    "slab_global_page_pool", "expired_unfetched", "evicted_unfetched"
  };

  private static final String[] NOTHING_OF_CRAWLER = {
    "crawler_reclaimed", "crawler_items_checked", "lrutail_reflocked"
  };

  private final MemcachedServer server;
  private final MemcachedConfig config;
  private final CacheTable table;
  private final MemoryUse memory;
  private final Flusher flusher;
  private final int threads;
  private final long startedMs;

  // Guarded by this.
  private final long[] closed = new long[Counters.KINDS];
  private final long[] reset = new long[Counters.KINDS];
  private long connections;
  private long refused;

  Statistics(
      MemcachedServer server,
      MemcachedConfig config,
      CacheTable table,
      MemoryUse memory,
      Flusher flusher,
      int threads) {
    this.server = server;
    this.config = config;
    this.table = table;
    this.memory = memory;
    this.flusher = flusher;
    this.threads = threads;
    this.startedMs = table.clock().wallMillis();
  }

  Flusher flusher() {
    return flusher;
  }

  synchronized void opened() {
    connections++;
  }

  synchronized void refused() {
    refused++;
  }

  synchronized void closed(Counters counters) {
    counters.addTo(closed);
  }

  private synchronized long[] sums() {
    long[] sums = closed.clone();
    server.forEachConnection(connection -> connection.counters().addTo(sums));
    return sums;
  }

  synchronized void reset() {
    System.arraycopy(sums(), 0, reset, 0, reset.length);
    connections = 0;
    refused = 0;
    table.prefixes().reset();
  }

  private StoreStatistics held() {
    var total = new StoreStatistics[] {StoreStatistics.NOTHING};
    eachStore(store -> total[0] = total[0].plus(store.statistics()));
    return total[0];
  }

  /** What the table takes and has done on this daemon; of one that is not there, nothing. */
  private TableMemory ownMemory() {
    LocalTable local = table.local();
    return Optional.ofNullable(local)
        .flatMap(LocalTable::memory)
        .orElseGet(() -> new TableMemory(StoreOptions.CACHE));
  }

  private void eachStore(Consumer<PartitionStore> action) {
    LocalTable local = table.local();
    if (local == null) {
      return;
    }
    for (int p = 0; p < local.partitions(); p++) {
      PartitionStore store = local.readable(local.firstHash(p));
      if (store != null) {
        action.accept(store);
      }
    }
  }

  private static final class Lines {
    private final StringBuilder text = new StringBuilder();

    Lines add(String name, Object value) {
      text.append("STAT ").append(name).append(' ').append(value).append("\r\n");
      return this;
    }

    Lines nothing(String[] names) {
      for (String name : names) {
        add(name, 0);
      }
      return this;
    }
  }

  String general() {
    long nowMs = table.clock().wallMillis();
    long[] sums = sums();
    var lines = new Lines();
    lines
        .add("pid", ProcessHandle.current().pid())
        .add("uptime", (nowMs - startedMs) / SECOND_MS)
        .add("time", nowMs / SECOND_MS)
        .add("version", Text.RELEASE)
        .add("libevent", "none")
        .add("pointer_size", 64)
        .add("rusage_user", processorSeconds())
        .add("rusage_system", "0.000000")
        .add("max_connections", config.maxConnections());
    synchronized (this) {
      lines
          .add("curr_connections", server.connections())
          .add("total_connections", connections)
          .add("rejected_connections", refused)
          .add("connection_structures", server.connections());
    }
    lines.nothing(NOTHING_OF_CONNECTIONS);
    synchronized (this) {
      for (Kind kind : Kind.values()) {
        boolean general =
            kind != Kind.TOTAL_ITEMS && (kind != Kind.IDLE_KICKS || config.idleTimeoutMs() > 0);
        if (general) {
          long count = sums[kind.ordinal()] - reset[kind.ordinal()];
          lines.add(kind.name().toLowerCase(Locale.ROOT), count);
        }
      }
    }
    StoreStatistics held = held();
    TableMemory own = ownMemory();
    long quota = own.options().maxBytes();
    return lines
        .add("limit_maxbytes", quota == 0 ? memory.limitBytes() : quota)
        .add("accepting_conns", 1)
        .add("listen_disabled_num", 0)
        .add("time_in_listen_disabled_us", 0)
        .add("threads", threads)
        .add("conn_yields", 0)
        .add("hash_power_level", 0)
        .add("hash_bytes", Math.max(0, held.memoryBytes() - held.bytes()))
        .add("hash_is_expanding", 0)
        .nothing(NOTHING_OF_SLABS)
        .add("bytes", held.bytes())
        .add("curr_items", held.records())
        .add("total_items", sums[Kind.TOTAL_ITEMS.ordinal()])
        .nothing(NOTHING_OF_ITEMS)
        .add("evictions", own.counters().evictedRecords())
        .add("reclaimed", own.counters().expiredRecords())
        .nothing(NOTHING_OF_CRAWLER)
        .text
        .toString();
  }

  private static String processorSeconds() {
    long nanos =
        ProcessHandle.current().info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
    return String.format(
        Locale.ROOT,
        "%d.%06d",
        TimeUnit.NANOSECONDS.toSeconds(nanos),
        TimeUnit.NANOSECONDS.toMicros(nanos) % 1_000_000);
  }

  String settings() {
    return new Lines()
        .add("maxbytes", memory.limitBytes())
        .add("maxconns", config.maxConnections())
        .add("tcpport", server.port())
        .add("udpport", 0)
        .add("inter", server.bindAddress())
        .add("verbosity", 0)
        .add("oldest", 0)
        .add("evictions", "on")
        .add("domain_socket", "NULL")
        .add("umask", 700)
        .add("shutdown_command", "no")
        .add("growth_factor", "1.25")
        .add("chunk_size", 48)
        .add("num_threads", threads)
        .add("num_threads_per_udp", 0)
        .add("stat_key_prefix", ":")
        .add("detail_enabled", "no")
        .add("reqs_per_event", 0)
        .add("cas_enabled", "yes")
        .add("tcp_backlog", 1024)
        .add("binding_protocol", "ascii")
        .add("auth_enabled_sasl", "no")
        .add("auth_enabled_ascii", "no")
        .add("item_size_max", config.maxValueBytes())
        .add("maxconns_fast", "yes")
        .add("hashpower_init", 0)
        .add("slab_reassign", "no")
        .add("slab_automove", 0)
        .add("lru_crawler", "no")
        .add("flush_enabled", "yes")
        .add("dump_enabled", "yes")
        .add("hash_algorithm", "xxh64")
        .add("lru_maintainer_thread", "no")
        .add("lru_segmented", "no")
        .add("idle_timeout", config.idleTimeoutMs() / SECOND_MS)
        .add("track_sizes", "no")
        .add("inline_ascii_response", "no")
        .add("table", table.name())
        .text
        .toString();
  }

  /** All items are of one class. */
  String items() {
    StoreStatistics held = held();
    if (held.records() == 0) {
      return "";
    }
    var lines =
        new Lines()
            .add("items:1:number", held.records())
            .add("items:1:age", 0)
            .add("items:1:mem_requested", held.memoryBytes());
    for (String name :
        new String[] {
          "evicted",
          "evicted_nonzero",
          "evicted_time",
          "outofmemory",
          "tailrepairs",
          "reclaimed",
          "expired_unfetched",
          "evicted_unfetched",
          "crawler_reclaimed",
          "crawler_items_checked",
          "lrutail_reflocked"
        }) {
      lines.add("items:1:" + name, 0);
    }
    return lines.text.toString();
  }

  String slabs() {
    StoreStatistics held = held();
    long[] sums = sums();
    var lines = new Lines();
    if (held.records() > 0) {
      long chunk = held.memoryBytes() / held.records() + 1;
      lines
          .add("1:chunk_size", chunk)
          .add("1:chunks_per_page", Math.max(1, (1 << 20) / chunk))
          .add("1:total_pages", (held.memoryBytes() >> 20) + 1)
          .add("1:total_chunks", held.records())
          .add("1:used_chunks", held.records())
          .add("1:free_chunks", 0)
          .add("1:free_chunks_end", 0);
      synchronized (this) {
        for (Kind kind :
            new Kind[] {
              Kind.GET_HITS,
              Kind.CMD_SET,
              Kind.DELETE_HITS,
              Kind.INCR_HITS,
              Kind.DECR_HITS,
              Kind.CAS_HITS,
              Kind.CAS_BADVAL,
              Kind.TOUCH_HITS
            }) {
          lines.add(
              "1:" + kind.name().toLowerCase(Locale.ROOT),
              sums[kind.ordinal()] - reset[kind.ordinal()]);
        }
      }
    }
    return lines
        .add("active_slabs", held.records() > 0 ? 1 : 0)
        .add("total_malloced", memory.usedBytes())
        .text
        .toString();
  }

  String connections() {
    var lines = new Lines();
    String listens = "tcp:" + server.bindAddress() + ":" + server.port();
    lines.add("0:addr", listens).add("0:state", "conn_listening").add("0:secs_since_last_cmd", 0);
    var number = new int[] {1};
    server.forEachConnection(
        connection -> {
          String prefix = number[0]++ + ":";
          lines
              .add(prefix + "addr", connection.peer())
              .add(prefix + "listen_addr", listens)
              .add(prefix + "state", connection.state())
              .add(prefix + "secs_since_last_cmd", connection.idleSeconds());
        });
    return lines.text.toString();
  }

  /** Some items of a class; all are of class 1. */
  void dump(Session session, int slab, int limit) {
    var left = new int[] {limit <= 0 ? MOST_DUMPED : Math.min(limit, MOST_DUMPED)};
    if (slab != 1) {
      return;
    }
    eachStore(
        store -> {
          if (left[0] > 0) {
            var range =
                new ScanRange(0, -1L, new byte[0], left[0], DUMP_BYTES, ScanRange.View.NEWEST);
            for (StoredRecord record : store.scan(range).records()) {
              StoredVersion item = record.newestLive(session.nowMs());
              if (item != null && item.timestamp() >= session.flushMark() && left[0]-- > 0) {
                session.out.write(Text.word("ITEM "));
                session.out.write(record.key());
                session.out.write(
                    (" ["
                            + item.value().length
                            + " b; "
                            + item.expiresAtMs() / SECOND_MS
                            + " s]\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
              }
            }
          }
        });
  }
}
