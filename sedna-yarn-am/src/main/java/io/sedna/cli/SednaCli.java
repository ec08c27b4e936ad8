// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import io.sedna.cli.shell.ShellSubcommand;
import io.sedna.common.cli.ToolProvider;
import io.sedna.common.conf.SednaConfiguration;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.conf.Configured;
import org.apache.hadoop.util.Tool;
import org.apache.hadoop.util.ToolRunner;
import picocli.CommandLine;

/**
 * Sedna's command line, run by {@code bin/sedna} and {@code yarn jar}. Takes Hadoop's generic
 * options before the name of the command. Answers the codes of {@link ExitCode}.
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public final class SednaCli extends Configured implements Tool {
  private final PrintStream out;
  private final PrintStream err;

  private SednaCli(Configuration conf, PrintStream out, PrintStream err) {
    super(conf);
    this.out = out;
    this.err = err;
  }

  public static void main(String[] args) {
    LibraryLogs.quieten();
    System.exit(run(SednaConfiguration.create(), args));
  }

  /** Runs a command as from a shell, in this process, and answers its exit code. */
  public static int run(Configuration conf, String... args) {
    return run(conf, System.out, System.err, args);
  }

  /** Runs a command, in this process, with its output and errors going to these streams. */
  public static int run(Configuration conf, PrintStream out, PrintStream err, String... args) {
    try {
      return ToolRunner.run(conf, new SednaCli(conf, out, err), args);
    } catch (Exception e) {
      ErrorPrinter.print(err, e);
      return ExitCode.FAILURE;
    }
  }

  @Override
  public int run(String[] args) throws Exception {
    if (args.length > 0) {
      var tool = ToolProvider.find(args[0]);
      if (tool.isPresent()) {
        return ToolRunner.run(
            getConf(), tool.get().factory().get(), Arrays.copyOfRange(args, 1, args.length));
      }
    }
    var root = commandLine(new CliContext(getConf(), out, err));
    var normalised = SingleDashOptions.normalise(root, Arrays.asList(args));
    return root.execute(normalised.toArray(String[]::new));
  }

  /** Every command of this module, in the order of the help. This is where a new one is added. */
  private static List<Command> commands(CliContext context) {
    return List.of(
        new CreateCommand(context),
        new StatusCommand(context),
        new ListCommand(context),
        new FlexCommand(context),
        new StopCommand(context),
        new StartCommand(context),
        new DestroyCommand(context),
        new LogsCommand(context),
        new DrainCommand(context),
        new UndrainCommand(context),
        new RepairCommand(context),
        new RebalanceCommand(context),
        new AcceptLossCommand(context),
        new ShellSubcommand(context),
        new VersionCommand(context),
        new GetConfCommand(context),
        new ClasspathCommand(context));
  }

  private static CommandLine commandLine(CliContext context) {
    var root = new CommandLine(new RootCommand());
    commands(context).forEach(root::addSubcommand);
    var tools = new ArrayList<String>();
    ToolProvider.all()
        .forEach(tool -> tools.add(String.format("  %-11s %s", tool.name(), tool.description())));
    if (!tools.isEmpty()) {
      tools.add(0, "%nTools (each answers to --help):");
      root.getCommandSpec().usageMessage().footer(tools.toArray(String[]::new));
    }
    root.setOut(writer(context.out()));
    root.setErr(writer(context.err()));
    root.setUsageHelpAutoWidth(true);
    root.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          ErrorPrinter.print(context.err(), failure);
          return ExitCode.FAILURE;
        });
    return root;
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }
}
