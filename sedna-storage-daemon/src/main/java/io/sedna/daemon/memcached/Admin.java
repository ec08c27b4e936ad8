// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import io.sedna.common.error.SednaException;
import io.sedna.daemon.engine.OffHeap;
import io.sedna.daemon.memcached.Counters.Kind;
import java.nio.charset.StandardCharsets;

/** Commands about the cache as a whole. Seldom asked, so they may allocate. Of one event loop. */
final class Admin {
  private static final int LEAST_MEMLIMIT = 8;

  private final Session session;
  private final Statistics statistics;

  Admin(Session session, Statistics statistics) {
    this.session = session;
    this.statistics = statistics;
  }

  /** Does the command of the line, whatever it is. */
  void command() {
    int words = session.line.words();
    switch (word(0)) {
      case "version" -> session.answer(Text.VERSION);
      case "verbosity" -> verbosity(words);
      case "flush_all" -> flush(words);
      case "stats" -> stats(words);
      case "shutdown" -> session.answer(Text.NO_SHUTDOWN);
      case "cache_memlimit" -> memoryLimit(words);
      case "slabs" -> slabs(words);
      case "lru_crawler" -> crawler(words);
      case "watch" -> answer("CLIENT_ERROR watch commands not allowed");
      case "bget" -> session.answer(words < 2 ? Text.ERROR : Text.END);
      default -> unknown(words);
    }
  }

  private String word(int index) {
    return new String(
        OffHeap.bytes(session.line.address(index), session.line.length(index)),
        StandardCharsets.ISO_8859_1);
  }

  private void answer(String text) {
    session.answer(Text.line(text), session.line.endsWithNoreply());
  }

  /** A browser or a scanner is not told anything. */
  private void unknown(int words) {
    if (word(words - 1).startsWith("HTTP/")) {
      session.link.closeAfterAnswers();
    } else {
      session.answer(Text.ERROR);
    }
  }

  /** Logging is the daemon's business; the command is taken for the sake of clients. */
  private void verbosity(int words) {
    if (words != 2 && words != 3) {
      session.answer(Text.ERROR);
    } else if (session.decimal.readUnsigned(session.line.address(1), session.line.length(1))) {
      answer("OK");
    } else {
      session.answer(Text.BAD_FORMAT, session.line.endsWithNoreply());
    }
  }

  private void memoryLimit(int words) {
    if (words != 2 && words != 3) {
      session.answer(Text.ERROR);
      return;
    }
    Decimal decimal = session.decimal;
    if (!decimal.readUnsigned(session.line.address(1), session.line.length(1))) {
      answer("ERROR");
    } else if (Integer.compareUnsigned(decimal.intValue(), LEAST_MEMLIMIT) < 0) {
      answer("MEMLIMIT_TOO_SMALL cannot set maxbytes to less than 8m");
    } else {
      answer("MEMLIMIT_ADJUST_FAILED out of bounds or unable to adjust");
    }
  }

  private void slabs(int words) {
    if (words == 4 && word(1).equals("reassign")) {
      answer("CLIENT_ERROR slab reassignment disabled");
    } else if (words >= 3 && word(1).equals("automove")) {
      boolean level = session.decimal.readUnsigned(session.line.address(2), session.line.length(2));
      answer(level ? "OK" : "CLIENT_ERROR bad command line format");
    } else {
      session.answer(Text.ERROR);
    }
  }

  private void crawler(int words) {
    if (words == 3) {
      answer("CLIENT_ERROR lru crawler disabled");
    } else if (words == 2 && (word(1).equals("enable") || word(1).equals("disable"))) {
      answer("OK");
    } else {
      session.answer(Text.ERROR);
    }
  }

  private void flush(int words) {
    if (words > 3) {
      session.answer(Text.ERROR);
      return;
    }
    boolean noreply = session.line.endsWithNoreply();
    session.counters.add(Kind.CMD_FLUSH);
    int delay = 0;
    if (words != (noreply ? 2 : 1)) {
      if (!session.decimal.readSigned(session.line.address(1), session.line.length(1))) {
        session.answer(Text.BAD_EXPTIME, noreply);
        return;
      }
      delay = session.decimal.intValue();
    }
    try {
      if (session.table.writable().schema().replicas() != 1) {
        session.serverError(
            "flush_all needs a table with one copy (N=1): truncate the table instead; table="
                + session.table.name());
        return;
      }
    } catch (SednaException e) {
      session.serverError(e);
      return;
    }
    if (delay > 0) {
      statistics.flusher().flushAt(Expiry.atMs(delay, session.nowMs()));
    } else {
      statistics.flusher().flush();
    }
    session.flushed();
    session.answer(Text.OK, noreply);
  }

  private void stats(int words) {
    if (words == 1) {
      write(statistics.general());
      return;
    }
    switch (word(1)) {
      case "reset" -> {
        statistics.reset();
        session.answer(Text.RESET);
      }
      case "settings" -> write(statistics.settings());
      case "items" -> write(statistics.items());
      case "slabs" -> write(statistics.slabs());
      case "sizes" -> write("STAT sizes_status disabled\r\n");
      case "sizes_enable", "sizes_disable" -> write("STAT sizes_status disabled\r\n");
      case "conns" -> write(statistics.connections());
      case "detail" -> detail(words > 2 ? word(2) : "");
      case "cachedump" -> cacheDump(words);
      default -> session.answer(Text.ERROR);
    }
  }

  private void write(String lines) {
    session.out.write(Text.word(lines));
    session.answer(Text.END);
  }

  private void detail(String what) {
    Prefixes prefixes = session.table.prefixes();
    switch (what) {
      case "on", "off" -> {
        prefixes.count(what.equals("on"));
        session.begin();
        session.answer(Text.OK);
      }
      case "dump" -> write(prefixes.lines());
      default -> answer("CLIENT_ERROR usage: stats detail on|off|dump");
    }
  }

  private void cacheDump(int words) {
    if (words < 4) {
      session.answer(Text.BAD_LINE);
      return;
    }
    Decimal decimal = session.decimal;
    Line line = session.line;
    if (!decimal.readUnsigned(line.address(2), line.length(2))) {
      session.answer(Text.BAD_FORMAT);
      return;
    }
    int slab = decimal.intValue();
    if (!decimal.readUnsigned(line.address(3), line.length(3))) {
      session.answer(Text.BAD_FORMAT);
      return;
    }
    if (slab < 0 || slab >= Statistics.SLAB_CLASSES) {
      answer("CLIENT_ERROR Illegal slab id");
      return;
    }
    statistics.dump(session, slab, decimal.intValue());
    session.answer(Text.END);
  }
}
