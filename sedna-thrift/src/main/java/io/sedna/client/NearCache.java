// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.sedna.common.conf.NearCacheConfig;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * What a client keeps of one table. Thread-safe.
 *
 * <p><b>A read under way must not bring an old value back.</b> A reader notes the generation of its
 * key before it asks a daemon, and keeps the answer only if the generation is the same afterwards;
 * a writer raises it before its write begins and after it has ended, each time before it removes
 * what is cached. The reader looks while it holds the lock of the key's entry: either it sees the
 * raised generation, or the writer's removal comes after what the reader has put there. Generations
 * are shared by keys of the same hash, which costs a needless miss at most.
 *
 * <p>Of two reads that end in another order than they began, the newer version stays.
 */
final class NearCache {
  private static final int GENERATIONS = 1 << 12;

  /** Caffeine's node and its place in the table, the key, the version and the headers of arrays. */
  private static final int ENTRY_OVERHEAD_BYTES = 200;

  /** A key as looked up: the caller's array, not copied. As kept: a copy. */
  private static final class Key {
    private final byte[] bytes;
    private final int hash;

    Key(byte[] bytes) {
      this.bytes = bytes;
      this.hash = Arrays.hashCode(bytes);
    }

    private Key(byte[] bytes, int hash) {
      this.bytes = bytes;
      this.hash = hash;
    }

    Key copy() {
      return new Key(bytes.clone(), hash);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && hash == key.hash && Arrays.equals(bytes, key.bytes);
    }
  }

  /**
   * One cached answer.
   *
   * @param version null: there is no such key
   * @param askedNanos when the read of it began: others may have written since
   */
  private record Held(VersionedValue version, long askedNanos) {
    boolean isNewerThan(Held other) {
      if (version == null || other == null || other.version == null) {
        return false;
      }
      return version.timestamp() != other.version.timestamp()
          ? version.timestamp() > other.version.timestamp()
          : version.source() > other.version.source();
    }
  }

  /**
   * A read of a key from before a daemon is asked until it has answered.
   *
   * @param generation of the key
   * @param askedNanos by the cache's clock
   */
  record Ticket(long generation, long askedNanos) {}

  private final NearCacheConfig config;
  private final Ticker ticker;
  private final LongSupplier daemonMillis;
  private final Cache<Key, Held> cache;
  private final AtomicLongArray generations = new AtomicLongArray(GENERATIONS);

  /**
   * @param daemonMillis the daemons' clock, by which records expire
   */
  NearCache(NearCacheConfig config, LongSupplier daemonMillis) {
    this(config, daemonMillis, Ticker.systemTicker());
  }

  NearCache(NearCacheConfig config, LongSupplier daemonMillis, Ticker ticker) {
    this.config = config;
    this.ticker = ticker;
    this.daemonMillis = daemonMillis;
    this.cache =
        Caffeine.newBuilder()
            .ticker(ticker)
            .executor(Runnable::run)
            .recordStats()
            .maximumWeight(config.maxBytes())
            .weigher(NearCache::weigh)
            .expireAfter(new Lifetime())
            .build();
  }

  private static int weigh(Key key, Held held) {
    return ENTRY_OVERHEAD_BYTES
        + key.bytes.length
        + (held.version() == null ? 0 : held.version().value().length);
  }

  /** The answer to a get, its value the caller's to keep; null: ask a daemon. */
  Optional<VersionedValue> get(byte[] key) {
    Held held = cache.getIfPresent(new Key(key));
    if (held == null) {
      return null;
    }
    return held.version() == null ? Optional.empty() : Optional.of(copy(held.version()));
  }

  private static VersionedValue copy(VersionedValue version) {
    return new VersionedValue(
        version.value().clone(), version.timestamp(), version.source(), version.expiresAtMs());
  }

  /** To be had before a daemon is asked. */
  Ticket ticket(byte[] key) {
    return new Ticket(generations.get(slot(Arrays.hashCode(key))), ticker.read());
  }

  private static int slot(int hash) {
    return (hash ^ hash >>> 16) & (GENERATIONS - 1);
  }

  /**
   * Keeps what a daemon answered.
   *
   * @param ticket of before the daemon was asked
   */
  void offer(byte[] key, Ticket ticket, Optional<VersionedValue> answer) {
    if (answer.isEmpty() && !config.absent()) {
      // What is cached was read by another; it may be newer than this answer, or older.
      cache.invalidate(new Key(key));
      return;
    }
    Key looked = new Key(key);
    var offered = new Held(answer.map(NearCache::copy).orElse(null), ticket.askedNanos());
    if (weigh(looked, offered) > config.maxBytes()) {
      return;
    }
    cache
        .asMap()
        .compute(
            looked.copy(),
            (k, old) ->
                generations.get(slot(k.hash)) != ticket.generation()
                        || old != null && old.isNewerThan(offered)
                    ? old
                    : offered);
  }

  /** To be called before a write begins and after it has ended, however it has. */
  void written(byte[] key) {
    var looked = new Key(key);
    generations.incrementAndGet(slot(looked.hash));
    cache.invalidate(looked);
  }

  /** Forgets everything, also what is being read. */
  void clear() {
    for (int i = 0; i < GENERATIONS; i++) {
      generations.incrementAndGet(i);
    }
    cache.invalidateAll();
  }

  NearCacheStatistics statistics() {
    var stats = cache.stats();
    return new NearCacheStatistics(
        stats.hitCount(),
        stats.missCount(),
        stats.evictionCount(),
        cache.estimatedSize(),
        cache.policy().eviction().orElseThrow().weightedSize().orElse(0));
  }

  /**
   * Ends with the configured time since the read began, or with the record itself, whichever comes
   * first. It belongs to the answer: that an entry was looked at or kept does not make it longer.
   */
  private final class Lifetime implements Expiry<Key, Held> {
    @Override
    public long expireAfterCreate(Key key, Held held, long currentTime) {
      long ms = config.expiryMs();
      VersionedValue version = held.version();
      long nanos = TimeUnit.MILLISECONDS.toNanos(ms) - (currentTime - held.askedNanos());
      if (version != null && version.expiresAtMs() != 0) {
        long left = version.expiresAtMs() - daemonMillis.getAsLong();
        nanos = Math.min(nanos, TimeUnit.MILLISECONDS.toNanos(left));
      }
      return Math.max(0, nanos);
    }

    @Override
    public long expireAfterUpdate(Key key, Held held, long currentTime, long currentDuration) {
      return expireAfterCreate(key, held, currentTime);
    }

    @Override
    public long expireAfterRead(Key key, Held held, long currentTime, long currentDuration) {
      return currentDuration;
    }
  }
}
