// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import io.sedna.cli.CliContext;
import io.sedna.cli.Command;
import io.sedna.cli.ConnectionOptions;
import io.sedna.cli.ExitCode;
import io.sedna.client.SednaClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sedna shell}. */
@InterfaceAudience.Private
@CommandLine.Command(
    name = "shell",
    description =
        "Use an instance: tables, records, snapshots. Without a script, at a terminal, it asks.",
    footer = {
      "",
      "A script comes from -e, -f or standard input; it ends at its first error, with exit code 1.",
      "Type help in the shell to see what can be said."
    })
public final class ShellSubcommand extends Command {
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = {"-e", "--execute"},
      paramLabel = "STATEMENTS",
      description = "Statements to carry out, parted by semicolons; may be repeated.")
  private List<String> statements = List.of();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "A script to carry out.")
  private Path file;

  @Option(names = "--json", description = "Answer in JSON, one object a line.")
  private boolean json;

  @Option(
      names = "--keep-going",
      description = "Carry on behind a statement that failed; the exit code is 1 all the same.")
  private boolean keepGoing;

  public ShellSubcommand(CliContext context) {
    super(context);
  }

  @Override
  protected int run() throws Exception {
    boolean terminal = System.console() != null;
    connection.applyTo(conf());
    var output =
        json
            ? new JsonOutput(context.out())
            : new TextOutput(context.out(), context.err(), terminal);
    // Before connecting: a script that is missing needs no cluster to be so.
    var script = script(terminal);
    try (var client = SednaClient.builder().configuration(conf()).build()) {
      var session = new Session(client, output);
      if (script != null) {
        return new Shell(session, keepGoing).run(script) ? ExitCode.OK : ExitCode.FAILURE;
      }
      interactive(session);
      return ExitCode.OK;
    }
  }

  /** What to carry out; null: ask at the terminal. */
  private String script(boolean terminal) throws IOException {
    if (!statements.isEmpty()) {
      return String.join("\n", statements);
    }
    if (file != null) {
      return Files.readString(file);
    }
    return terminal ? null : new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
  }

  private static void interactive(Session session) throws IOException {
    var history = Path.of(System.getProperty("user.home"), ".sedna_history");
    try (var terminal = TerminalBuilder.builder().system(true).build()) {
      new TerminalShell(terminal, session, history).run();
    }
  }
}
