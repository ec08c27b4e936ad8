// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.time.SerialScheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A process's connection to ZooKeeper: it sends heartbeats, notices when they are not answered, and
 * opens another session when the one before is over. Watches come late.
 */
final class SimulatedSession {
  /** Heartbeats, and attempts to connect, in the time of a session. */
  private static final int BEATS = 6;

  private static final long SEND_AGAIN_MS = 200;

  private static final long USUAL_WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(30);

  /** What a connection can come to. */
  enum State {
    CONNECTED,
    /** No answer for two thirds of the time of a session. */
    SUSPENDED,
    /** Another session; what belonged to the one before is gone. */
    RECONNECTED_ANEW,
    /** The same session. */
    RECONNECTED
  }

  private final SimulatedZooKeeper zooKeeper;
  private final SimulatedProcess process;
  private final SerialScheduler lane;
  private final Trace trace;
  private final Chance chance;
  private final Link link;
  private final long timeoutMs;
  private final List<Consumer<State>> listeners = new ArrayList<>();
  private final List<Consumer<SimulatedZooKeeper.Node>> watchers = new ArrayList<>();

  private SimulatedZooKeeper.Ticket ticket;
  private boolean suspended;
  private long answeredNanos;
  private long watchDelayNanos;

  /** Opens a session at once. */
  SimulatedSession(
      SimulatedZooKeeper zooKeeper,
      SimulatedProcess process,
      Trace trace,
      Chance chance,
      Link link,
      long timeoutMs) {
    this.zooKeeper = zooKeeper;
    this.process = process;
    this.lane = process.lane("zookeeper");
    this.trace = trace;
    this.chance = chance;
    this.link = link;
    this.timeoutMs = timeoutMs;
    this.answeredNanos = lane.nanoTime();
    this.ticket = zooKeeper.open(this, timeoutNanos());
    zooKeeper.add(this);
    lane.every(timeoutMs / BEATS, this::beat);
  }

  private long timeoutNanos() {
    return TimeUnit.MILLISECONDS.toNanos(timeoutMs);
  }

  SimulatedProcess process() {
    return process;
  }

  SerialScheduler lane() {
    return lane;
  }

  void addListener(Consumer<State> listener) {
    listeners.add(listener);
  }

  /** Told some time after something has changed, what it may have been. */
  void addWatcher(Consumer<SimulatedZooKeeper.Node> watcher) {
    watchers.add(watcher);
  }

  /** The session that what is made now belongs to. */
  SimulatedZooKeeper.Ticket ticket() {
    return ticket;
  }

  /** When the last heartbeat that was answered was sent. */
  long heardNanos() {
    return answeredNanos;
  }

  boolean isConnected() {
    return !suspended;
  }

  /**
   * For a call that waits for its answer.
   *
   * @throws SednaException ZOOKEEPER_UNREACHABLE
   */
  void require() {
    if (!link.delivers() || suspended || zooKeeper.isOver(ticket)) {
      throw new SednaException(
          ErrorCode.ZOOKEEPER_UNREACHABLE, "ZooKeeper does not answer " + process.name());
    }
  }

  /** Watches take up to so much longer. */
  void delayWatches(long nanos) {
    watchDelayNanos = nanos;
  }

  /** The process ended, and its socket told ZooKeeper. */
  void closed() {
    zooKeeper.expire(ticket);
  }

  private void beat() {
    long sentNanos = lane.nanoTime();
    if (sentNanos - answeredNanos > timeoutNanos() * 2 / 3 && !suspended) {
      suspended = true;
      tell(State.SUSPENDED);
    }
    if (!link.delivers()) {
      return;
    }
    long delayNanos = link.delayNanos(chance);
    process.after((Lane) lane, delayNanos, () -> answered(sentNanos));
  }

  /** The servers' time and the answer's coming are one moment here. */
  private void answered(long sentNanos) {
    if (!link.delivers()) {
      return;
    }
    if (zooKeeper.heard(ticket)) {
      answeredNanos = Math.max(answeredNanos, sentNanos);
      if (suspended) {
        suspended = false;
        tell(State.RECONNECTED);
        lookAgain();
      }
    } else {
      if (!suspended) {
        suspended = true;
        tell(State.SUSPENDED);
      }
      ticket = zooKeeper.open(this, timeoutNanos());
      answeredNanos = sentNanos;
      suspended = false;
      tell(State.RECONNECTED_ANEW);
      lookAgain();
    }
  }

  private void tell(State state) {
    trace.event(process.name(), "zookeeper", state);
    listeners.forEach(listener -> listener.accept(state));
  }

  private void lookAgain() {
    for (SimulatedZooKeeper.Node node : SimulatedZooKeeper.Node.values()) {
      watched(node);
    }
  }

  /** Something has changed. */
  void watched(SimulatedZooKeeper.Node node) {
    long delayNanos = chance.between(0L, USUAL_WATCH_NANOS);
    if (watchDelayNanos > 0) {
      delayNanos += chance.between(0L, watchDelayNanos);
    }
    process.after((Lane) lane, delayNanos, () -> tell(node));
  }

  /** What cannot arrive now is sent again; one that reconnects looks at everything. */
  private void tell(SimulatedZooKeeper.Node node) {
    if (suspended) {
      return;
    }
    if (link.delivers()) {
      watchers.forEach(watcher -> watcher.accept(node));
    } else {
      var unused = lane.schedule(() -> tell(node), SEND_AGAIN_MS);
    }
  }
}
