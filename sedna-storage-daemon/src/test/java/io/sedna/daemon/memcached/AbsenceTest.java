// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.memcached;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.sedna.client.rpc.NettyTransport;
import io.sedna.common.conf.MemcachedConfig;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Test;

/** A daemon of which it is not known what a standstill brought. */
public class AbsenceTest {
  private static final int READ_LIMIT_MS = 20_000;

  private final EventLoopGroup loops = NettyTransport.choose("transport", "auto").group(1, "test");
  private final TestCache cache =
      new TestCache(new MemcachedConfig(0, TestCache.TABLE, 10, 0, 1 << 20), loops);

  @After
  public void close() {
    cache.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2000);
  }

  private static String answer(int port, int bytes) throws IOException {
    try (var socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(READ_LIMIT_MS);
      socket.getOutputStream().write("set k 0 0 1\r\nv\r\n".getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readNBytes(bytes), ISO_8859_1);
    }
  }

  @Test
  public void shouldGoAwayUntilItIsKnown() throws IOException {
    int port = cache.server.start();
    cache.present = false;

    assertThat(answer(port, 8)).isEmpty();

    cache.present = true;
    assertThat(answer(port, 8)).isEqualTo("STORED\r\n");
  }
}
