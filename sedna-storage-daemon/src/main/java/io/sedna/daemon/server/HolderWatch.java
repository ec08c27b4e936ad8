// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after those connections of an event loop that hold memory beyond the moment, as long as
 * there are any: cuts off clients that take nothing of their answers, and, while all connections
 * together hold too much, those that hold most. Of the event loop alone.
 */
final class HolderWatch {
  private static final Logger LOG = LoggerFactory.getLogger(HolderWatch.class);

  /** Pause between looks. */
  private static final long LOOK_MS = 100;

  /** A connection as this sees it. */
  interface Holder {
    /** Bytes that it holds now. */
    long heldBytes();

    /** Changes whenever something of what waits has been sent; 0: nothing waits. */
    long sendingMark();

    /** Closes the connection. */
    void cutOff();

    /** For log lines. */
    String peer();
  }

  private static final class Seen {
    private long bytes;
    private long mark;
    private long sinceNanos;
  }

  private final EventLoop loop;
  private final NetworkMemory memory;
  private final long slowTimeoutMs;
  private final Map<Holder, Seen> holders = new HashMap<>();
  private boolean scheduled;

  HolderWatch(EventLoop loop, NetworkMemory memory, long slowTimeoutMs) {
    this.loop = loop;
    this.memory = memory;
    this.slowTimeoutMs = slowTimeoutMs;
  }

  /** Takes notice of what a connection holds; to be called when it may have grown. */
  void holds(Holder holder) {
    update(holder, holder.heldBytes(), System.nanoTime());
    keepBounds();
  }

  /** Forgets a connection that has been closed. */
  void forget(Holder holder) {
    Seen seen = holders.remove(holder);
    if (seen != null) {
      memory.add(-seen.bytes);
      memory.holderWent();
    }
  }

  private void update(Holder holder, long bytes, long nowNanos) {
    if (bytes == 0) {
      forget(holder);
      return;
    }
    Seen seen = holders.get(holder);
    if (seen == null) {
      seen = new Seen();
      seen.sinceNanos = nowNanos;
      holders.put(holder, seen);
      memory.holderCame();
    }
    memory.add(bytes - seen.bytes);
    seen.bytes = bytes;
    long mark = holder.sendingMark();
    if (mark == 0 || mark != seen.mark) {
      seen.mark = mark;
      seen.sinceNanos = nowNanos;
    }
  }

  private void look() {
    scheduled = false;
    long nowNanos = System.nanoTime();
    for (Holder holder : new ArrayList<>(holders.keySet())) {
      update(holder, holder.heldBytes(), nowNanos);
      Seen seen = holders.get(holder);
      if (seen != null
          && seen.mark != 0
          && nowNanos - seen.sinceNanos >= TimeUnit.MILLISECONDS.toNanos(slowTimeoutMs)) {
        LOG.warn(
            "Cut off {}: it took nothing of its answers for {} ms; bytes held for it={}",
            holder.peer(),
            TimeUnit.NANOSECONDS.toMillis(nowNanos - seen.sinceNanos),
            seen.bytes);
        cutOff(holder);
      }
    }
    keepBounds();
  }

  private void keepBounds() {
    if (memory.exceeded()) {
      cutOffBiggest();
    }
    if (!scheduled && !holders.isEmpty() && !loop.isShuttingDown()) {
      scheduled = true;
      var unused = loop.schedule(this::look, LOOK_MS, TimeUnit.MILLISECONDS);
    }
  }

  /** Of those whose answers wait; other loops do the same, so each spares who holds little. */
  private void cutOffBiggest() {
    Holder biggest = null;
    long most = 0;
    for (Map.Entry<Holder, Seen> entry : holders.entrySet()) {
      if (entry.getValue().mark != 0 && entry.getValue().bytes > most) {
        biggest = entry.getKey();
        most = entry.getValue().bytes;
      }
    }
    if (biggest != null && most >= memory.fairShareBytes()) {
      LOG.warn(
          "Cut off {}: connections hold more than they may: bytes={}, limit={}, of this one={}",
          biggest.peer(),
          memory.heldBytes(),
          memory.limitBytes(),
          most);
      cutOff(biggest);
    }
  }

  /** Closing takes until later in the loop; it must not be found again meanwhile. */
  private void cutOff(Holder holder) {
    forget(holder);
    holder.cutOff();
  }
}
