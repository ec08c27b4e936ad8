// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench;

import io.sedna.bench.compare.CompareCommand;
import io.sedna.bench.compare.ReplicationCommand;
import io.sedna.bench.fuzz.FuzzCommand;
import io.sedna.bench.hitratio.HitRatioBench;
import io.sedna.bench.load.LoadCommand;
import io.sedna.bench.micro.MicroCommand;
import io.sedna.bench.refill.RefillCommand;
import io.sedna.bench.repair.RepairCommand;
import io.sedna.chaos.FailoverCommand;
import io.sedna.client.rpc.LeakDetection;
import io.sedna.common.error.SednaException;
import org.apache.hadoop.classification.InterfaceAudience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code bin/sedna bench}: exits 0, 1 if a benchmark failed, 2 if it was called wrongly. */
@Command(
    name = "sedna bench",
    description = "Measure Sedna on this machine, or fuzz it.",
    mixinStandardHelpOptions = true,
    subcommands = {
      LoadCommand.class,
      CompareCommand.class,
      ReplicationCommand.class,
      MicroCommand.class,
      ClientBench.class,
      BulkBench.class,
      HitRatioBench.class,
      PlacementBench.class,
      RepairCommand.class,
      RefillCommand.class,
      FuzzCommand.class,
      FailoverCommand.class
    })
@InterfaceAudience.Private
public final class BenchMain implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(BenchMain.class);

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private BenchMain() {}

  public static void main(String[] args) {
    LeakDetection.turnOff();
    int status = 1;
    try {
      status = run(args);
    } finally {
      // Also after an Error: the daemons' threads would keep the process.
      System.exit(status);
    }
  }

  static int run(String... args) {
    return new CommandLine(new BenchMain())
        .setExecutionExceptionHandler(
            (e, command, parsed) -> {
              command.getErr().println(e);
              if (!(e instanceof SednaException)) {
                LOG.error("The benchmark failed", e);
              }
              return command.getCommandSpec().exitCodeOnExecutionException();
            })
        .execute(args);
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        "which benchmark? load, compare, replication, micro, client, bulk, hitratio, placement, repair, refill, fuzz or failover");
  }
}
