// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import io.sedna.minicluster.EmbeddedZooKeeper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.apache.hadoop.classification.InterfaceAudience;

/** ZooKeeper as a process of its own: {@code ZooKeeperMain DIR HOST PORT TICK_MS}. */
@InterfaceAudience.Private
public final class ZooKeeperMain {
  private ZooKeeperMain() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    EmbeddedZooKeeper.start(
        Path.of(args[0]), args[1], Integer.parseInt(args[2]), Integer.parseInt(args[3]));
    new CountDownLatch(1).await();
  }
}
