// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.sedna.client.PutEntry;
import io.sedna.client.SednaClient;
import io.sedna.client.SednaTable;
import io.sedna.client.testing.FakeDaemon.Fault;
import io.sedna.client.testing.FakeInstance;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.log4j.AppenderSkeleton;
import org.apache.log4j.Logger;
import org.apache.log4j.spi.LoggingEvent;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** Netty's leak detector watches every buffer while calls end in every way. */
public class BufferLeakTest {
  private final FakeInstance instance = new FakeInstance(2, 8, 2);
  private final Queue<String> leaks = new ConcurrentLinkedQueue<>();
  private final AppenderSkeleton appender =
      new AppenderSkeleton() {
        @Override
        protected void append(LoggingEvent event) {
          String message = event.getRenderedMessage();
          if (message.contains("LEAK")) {
            leaks.add(message);
          }
        }

        @Override
        public void close() {}

        @Override
        public boolean requiresLayout() {
          return false;
        }
      };
  private ResourceLeakDetector.Level level;

  @Before
  public void watch() {
    level = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    Logger.getLogger(ResourceLeakDetector.class).addAppender(appender);
    instance.createTable("t.t");
  }

  @After
  public void restore() {
    instance.close();
    Logger.getLogger(ResourceLeakDetector.class).removeAppender(appender);
    ResourceLeakDetector.setLevel(level);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  public void shouldReleaseEveryBufferHoweverCallsEnd() {
    var turn = new AtomicInteger();
    instance
        .daemons()
        .forEach(
            d ->
                d.faults(
                    method ->
                        switch (method.equals("partitionMap") ? 0 : turn.incrementAndGet() % 23) {
                          case 5 -> new Fault.Close();
                          case 9 -> new Fault.LoseAnswer();
                          case 13 -> new Fault.Swallow();
                          case 17 -> new Fault.Answer(bytes("garbage"));
                          case 20 -> new Fault.Delay(30);
                          default -> new Fault.None();
                        }));
    for (int round = 0; round < 8; round++) {
      try (SednaClient client =
          SednaClient.builder()
              .bootstrap(instance.bootstrap())
              .requestTimeout(Duration.ofMillis(60))
              .deadline(Duration.ofSeconds(5))
              .build()) {
        calls(client.table("t.t"), round % 2 == 0);
      }
    }
    settle();

    assertThat(leaks).isEmpty();
  }

  private static void calls(SednaTable table, boolean wait) {
    var calls = new ArrayList<CompletableFuture<?>>();
    for (int i = 0; i < 300; i++) {
      byte[] key = bytes("key" + i);
      calls.add(table.putAsync(key, new byte[i]));
      calls.add(table.getAsync(key));
      if (i % 30 == 0) {
        calls.add(table.multiGetAsync(List.of(key, key)));
        calls.add(table.multiPutAsync(List.of(new PutEntry(key, new byte[100 * i]))));
        calls.add(table.putAsync(key, new byte[50_000]));
      }
    }
    if (wait) {
      for (CompletableFuture<?> call : calls) {
        var unused = call.handle((value, failure) -> null).orTimeout(20, TimeUnit.SECONDS).join();
      }
    }
  }

  /** A leak is told of when its buffer has been collected and another is made. */
  private static void settle() {
    for (int i = 0; i < 5; i++) {
      System.gc();
      for (int n = 0; n < 200; n++) {
        ByteBufAllocator.DEFAULT.ioBuffer(64).release();
      }
    }
  }

  @Test
  public void shouldNoticeALeak() {
    ByteBufAllocator.DEFAULT.ioBuffer(64).writeByte(1);

    io.sedna.client.testing.Await.until(
        "the leak is told of",
        () -> {
          settle();
          return !leaks.isEmpty();
        });
  }
}
