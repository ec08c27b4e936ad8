// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.common.time.WallClock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process of the simulation: clocks of its own, which may run at another rate and stand wrong,
 * and threads ({@link Lane}). It can be stopped and continued, as by SIGSTOP and SIGCONT: what was
 * to happen meanwhile happens after it has woken, its threads each at its own pace. Once it has
 * died nothing happens in it any more.
 */
final class SimulatedProcess {
  /** 2026-01-01: any day would do. */
  private static final long EPOCH_MS = 1_767_225_600_000L;

  /** After waking, a thread runs again within so long. */
  private static final long WAKE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final String name;
  private final SimulatedTime time;
  private final Trace trace;
  private final Findings findings;
  private final Chance chance;
  private final double rate;
  private final long bornNanos;
  private long wallOffsetMs;
  private boolean dead;
  private boolean stopped;
  private final List<Late> late = new ArrayList<>();

  private record Late(Lane lane, Runnable task) {}

  /**
   * @param rate of its monotonic clock, in seconds a second
   */
  SimulatedProcess(
      String name,
      SimulatedTime time,
      Trace trace,
      Findings findings,
      Chance chance,
      double rate,
      long wallOffsetMs) {
    this.name = name;
    this.time = time;
    this.trace = trace;
    this.findings = findings;
    this.chance = chance;
    this.rate = rate;
    this.bornNanos = time.nanos();
    this.wallOffsetMs = wallOffsetMs;
  }

  String name() {
    return name;
  }

  Lane lane(String role) {
    return new Lane(this, role);
  }

  /** By its monotonic clock, which begins anywhere. */
  long nanoTime() {
    return (long) ((time.nanos() - bornNanos) * rate) + name.hashCode();
  }

  /** How long it really is until its clock has gone on by so much. */
  long really(long nanos) {
    return (long) Math.ceil(nanos / rate);
  }

  WallClock wallClock() {
    return () -> EPOCH_MS + time.millis() + wallOffsetMs;
  }

  /** Sets the wall clock: how far it is ahead of the right time. */
  void setWallOffsetMs(long offsetMs) {
    trace.event(name, "clock", offsetMs);
    wallOffsetMs = offsetMs;
  }

  boolean isDead() {
    return dead;
  }

  boolean isStopped() {
    return stopped;
  }

  /** Neither dead nor stopped. */
  boolean runs() {
    return !dead && !stopped;
  }

  void die() {
    dead = true;
    late.clear();
  }

  void stop() {
    stopped = true;
  }

  void wake() {
    if (!stopped) {
      return;
    }
    stopped = false;
    Map<Lane, List<Runnable>> byLane = new LinkedHashMap<>();
    for (Late each : late) {
      byLane.computeIfAbsent(each.lane(), lane -> new ArrayList<>()).add(each.task());
    }
    late.clear();
    byLane.forEach(
        (lane, tasks) -> {
          long atNanos = time.nanos() + chance.between(0, WAKE_NANOS);
          lane.sleepUntil(atNanos);
          tasks.forEach(task -> time.at(atNanos, () -> run(lane, task)));
        });
  }

  /** Lets one of its threads do something after so long of the real time. */
  void after(Lane lane, long realNanos, Runnable task) {
    time.after(realNanos, () -> run(lane, task));
  }

  private void run(Lane lane, Runnable task) {
    if (dead || lane.isClosed()) {
      return;
    }
    if (stopped) {
      late.add(new Late(lane, task));
      return;
    }
    if (time.nanos() < lane.sleepsUntilNanos()) {
      time.at(lane.sleepsUntilNanos(), () -> run(lane, task));
      return;
    }
    try {
      task.run();
    } catch (RuntimeException | AssertionError e) {
      findings.failed(name + "/" + lane.role(), e);
    }
  }

  long nowNanos() {
    return time.nanos();
  }

  Chance chance() {
    return chance;
  }
}
