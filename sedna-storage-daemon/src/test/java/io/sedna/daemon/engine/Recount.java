// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.daemon.engine.log.RecordLayout;
import io.sedna.daemon.engine.log.RecordLog;
import io.sedna.daemon.engine.log.SegmentKind;
import io.sedna.daemon.engine.log.SegmentTable;
import java.util.HashMap;
import java.util.Map;

/** Counts again what a memory says of itself. Not while others write. */
final class Recount {
  private Recount() {}

  static void check(OffHeapMemory memory, PartitionStore... stores) {
    SegmentTable segments = memory.segments();
    Map<Integer, Long> open = new HashMap<>();
    memory.logs().forEach(log -> log.forEachOpen(open::put));
    Map<RecordLog, Long> byLog = new HashMap<>();
    int free = 0;
    long dead = 0;
    for (int i = 1; i <= segments.count(); i++) {
      SegmentKind kind = segments.kind(i);
      free += kind == SegmentKind.FREE ? 1 : 0;
      if (kind != SegmentKind.FREE && kind != SegmentKind.INDEX && kind != SegmentKind.CHAIN) {
        long used = kind == SegmentKind.OPEN ? open.get(i) - segments.base(i) : segments.used(i);
        long live = live(segments, i, used);
        assertThat(segments.live(i) + (kind == SegmentKind.OPEN ? used : 0))
            .as("live bytes of segment %d, %s", i, kind)
            .isEqualTo(live);
        dead += used - segments.emptied(i) - live;
        byLog.merge(memory.logOf(i), live, Long::sum);
      }
    }
    assertThat(segments.freeCount()).isEqualTo(free);
    long all = 0;
    for (RecordLog log : memory.logs()) {
      assertThat(log.liveBytes()).isEqualTo(byLog.getOrDefault(log, 0L));
      all += log.liveBytes();
    }
    all += (long) segments.chainSegments() * segments.segmentBytes();
    long said = 0;
    long saidDead = 0;
    for (PartitionStore store : stores) {
      said += store.statistics().memoryBytes();
      saidDead += store.statistics().deadBytes();
    }
    if (said > 0) {
      // Stores that were closed do not tell any more.
      assertThat(saidDead).isEqualTo(dead);
    }
    assertThat(said).isEqualTo(all + memory.chunks().usedBytes());
  }

  private static long live(SegmentTable segments, int segment, long used) {
    long live = 0;
    for (long at = segments.base(segment); at < segments.base(segment) + used; ) {
      long word = RecordLayout.word(at);
      live += RecordLayout.has(word, RecordLayout.DEAD) ? 0 : RecordLayout.size(word);
      at += RecordLayout.size(word);
    }
    return live;
  }
}
