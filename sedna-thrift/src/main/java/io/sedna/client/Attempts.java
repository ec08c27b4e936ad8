// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import io.sedna.common.conf.HostPort;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.convert.Errors;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * One call that goes to one daemon at a time, until an attempt succeeds, an error cannot be cured
 * or the deadline has come. Its attempts follow one another, so it needs no locks.
 */
final class Attempts<T> {
  /** More maps than this in a row are no accident: pause between them. */
  private static final int MAX_MAPS_IN_A_ROW = 3;

  /** One attempt. */
  interface Sender<T> {
    CompletableFuture<T> send(HostPort to, long epoch, long timeoutMs);
  }

  private final ClientCore core;
  private final Route route;
  private final Sender<T> sender;
  private final Repeat repeat;
  private final long attemptTimeoutMs;
  private final Pauses pauses;
  private final CompletableFuture<T> outcome = new CompletableFuture<>();
  private final Set<HostPort> tried = new HashSet<>(4);
  private int mapsInARow;
  private SednaException last;
  private boolean mayBeDone;
  private boolean lostAnAnswer;

  Attempts(ClientCore core, Route route, Sender<T> sender, Repeat repeat) {
    this(core, route, sender, repeat, core.requestTimeoutMs());
  }

  /**
   * @param attemptTimeoutMs how long one attempt may take
   */
  Attempts(ClientCore core, Route route, Sender<T> sender, Repeat repeat, long attemptTimeoutMs) {
    this(core, route, sender, repeat, attemptTimeoutMs, core.pauses());
  }

  /**
   * @param pauses whose deadline counts from when the call began
   */
  Attempts(
      ClientCore core,
      Route route,
      Sender<T> sender,
      Repeat repeat,
      long attemptTimeoutMs,
      Pauses pauses) {
    this.core = core;
    this.attemptTimeoutMs = attemptTimeoutMs;
    this.route = route;
    this.sender = sender;
    this.repeat = repeat;
    this.pauses = pauses;
  }

  /** Whether an attempt that was not answered may have been done. */
  boolean mayBeDone() {
    return mayBeDone;
  }

  CompletableFuture<T> run() {
    attempt();
    return outcome;
  }

  /**
   * Goes on after a first attempt that was made elsewhere and failed.
   *
   * @param ofSharedFrame what was refused is what several calls had shared: if nothing else helps,
   *     this one is tried alone
   */
  CompletableFuture<T> goOn(HostPort node, SednaException e, boolean ofSharedFrame) {
    pauses.attempted();
    Cure cure = Cure.of(e);
    if (ofSharedFrame
        && e.code() != ErrorCode.TABLE_NOT_FOUND
        && (cure == Cure.NONE || cure == Cure.SMALLER)) {
      // Whatever part of the frame was at fault, the daemon may have done the others.
      mayBeDone = true;
      lostAnAnswer = true;
      last = e;
      attempt();
    } else {
      failed(node, e);
    }
    return outcome;
  }

  private void attempt() {
    Routing routing = core.maps().current();
    if (routing.map() == null && route.needsMap()) {
      withoutMap();
      return;
    }
    HostPort to = route.pick(routing, tried, core.health());
    if (to == null) {
      if (!tried.isEmpty()) {
        tried.clear();
        pause(last);
        return;
      }
      // No replica serves as far as this map knows; whoever is asked knows better.
      to = routing.any(tried, core.health());
    }
    long timeoutMs = Math.min(attemptTimeoutMs, pauses.remainingMs());
    if (to == null || timeoutMs <= 0) {
      giveUp(last != null ? last : noDaemon());
      return;
    }
    HostPort node = to;
    if (pauses.attempts() > 0) {
      core.countRetry();
    }
    pauses.attempted();
    var unused =
        sender
            .send(node, routing.epoch(), timeoutMs)
            .whenComplete(
                (value, failure) -> {
                  if (failure == null) {
                    core.health().answered(node);
                    outcome.complete(value);
                  } else {
                    failed(node, Errors.of(failure));
                  }
                });
  }

  private void failed(HostPort node, SednaException e) {
    last = e;
    Cure cure = Cure.of(e);
    lostAnAnswer |= Cure.isLostAnswer(e);
    if (Cure.mayBeDone(e)) {
      mayBeDone = true;
      if (repeat == Repeat.NEVER) {
        end(e);
        return;
      }
    }
    if (cure != Cure.NEWER_MAP) {
      mapsInARow = 0;
    }
    switch (cure) {
      case NEWER_MAP -> {
        tried.clear();
        if (++mapsInARow > MAX_MAPS_IN_A_ROW) {
          pause(e);
        } else {
          var unused =
              core.maps()
                  .atLeast(Math.max(e.epoch(), core.maps().current().epoch() + 1), node)
                  .whenComplete(
                      (routing, failure) -> {
                        if (failure == null) {
                          attempt();
                        } else {
                          pause(e);
                        }
                      });
        }
      }
      case ELSEWHERE -> {
        core.health().failed(node);
        tried.add(node);
        core.refreshMapSoon();
        attempt();
      }
      case PAUSE -> {
        core.health().answered(node);
        core.refreshMapSoon();
        pause(e);
      }
      default -> end(e);
    }
  }

  private void withoutMap() {
    var unused =
        core.maps()
            .refresh(null)
            .whenComplete(
                (routing, failure) -> {
                  if (failure != null) {
                    pause(last = Errors.of(failure));
                  } else if (routing.map() == null) {
                    pause(last = ClientCore.noMap());
                  } else {
                    attempt();
                  }
                });
  }

  private void pause(SednaException because) {
    long ms = pauses.next(because);
    if (ms < 0) {
      giveUp(because);
    } else if (!core.pause(this::attempt, ms)) {
      end(ClientCore.closed());
    }
  }

  private void giveUp(SednaException e) {
    end(pauses.exhausted(e));
  }

  private void end(SednaException e) {
    boolean known = repeat != Repeat.BY_REQUEST_ID || !lostAnAnswer;
    outcome.completeExceptionally(known ? e : Cure.unknownOutcome(e));
  }

  private static SednaException noDaemon() {
    return new SednaException(ErrorCode.UNAVAILABLE, "the partition map names no daemon");
  }
}
