// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import io.sedna.yarn.client.InstanceStatus;
import io.sedna.yarn.client.SednaYarnClient;
import java.time.Duration;

/** A command that works on instances of a cluster. */
abstract class InstanceCommand extends Command {
  InstanceCommand(CliContext context) {
    super(context);
  }

  @Override
  protected final int run() throws Exception {
    // Only a console shows lines that change; its presence is all that Java tells of it.
    try (var progress = new ProgressPrinter(context.err(), System.console() != null);
        var client = new SednaYarnClient(conf())) {
      return run(client, progress);
    }
  }

  abstract int run(SednaYarnClient client, ProgressPrinter progress) throws Exception;

  /** Tells what was submitted, and how to go on. */
  final void announce(InstanceStatus status) {
    var out = context.out();
    out.println("instance     " + status.name());
    out.println("application  " + status.applicationId());
    out.println("web page     " + (status.trackingUrl() == null ? "" : status.trackingUrl()));
    out.println("zookeeper    " + status.zookeeper());
    out.println("shell        sedna shell --instance " + status.name());
    out.println("logs         yarn logs -applicationId " + status.applicationId());
  }

  /** Waits as {@code --wait} says, and announces. */
  final void settle(
      SednaYarnClient client,
      ProgressPrinter progress,
      InstanceStatus submitted,
      WaitOptions wait) {
    var status = submitted;
    if (wait.wanted()) {
      status = client.awaitServing(submitted.name(), wait.timeout(), progress);
      progress.step("serving", 0, 0);
    }
    progress.close();
    announce(status);
  }

  static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }
}
