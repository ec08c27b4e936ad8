// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sedna.client.SednaAdmin;
import io.sedna.client.SednaClient;
import io.sedna.thrift.generated.OperationInfo;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that a running instance's controller carries out, on YARN or not. */
abstract class AdminCommand extends Command {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Option(names = "--json", description = "Print JSON, one object.")
  private boolean json;

  AdminCommand(CliContext context) {
    super(context);
  }

  @Override
  protected final int run() {
    connection.applyTo(conf());
    checkArguments();
    try (SednaClient client = SednaClient.builder().configuration(conf()).build()) {
      run(client.admin());
    }
    return ExitCode.OK;
  }

  /** Before anything is asked of the instance. */
  void checkArguments() {}

  abstract void run(SednaAdmin admin);

  /** Prints an answer: the object as JSON, or the text. */
  final void answer(Map<String, ?> object, String text) {
    try {
      context.out().println(json ? MAPPER.writeValueAsString(object) : text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not to be written as JSON: " + object, e);
    }
  }

  /**
   * Waits for the end of an operation as the options say, and prints how it stands.
   *
   * @param ended what to say of one that has succeeded
   */
  final void follow(SednaAdmin admin, OperationInfo begun, OperationOptions options, String ended) {
    if (!options.wanted()) {
      answer(
          object(begun), begun.getId() + " has begun: " + begun.getTotal() + " partitions to do");
      return;
    }
    OperationInfo info;
    try (var progress = new ProgressPrinter(context.err(), System.console() != null)) {
      info = await(admin, begun, options.timeout(), progress);
    }
    answer(object(info), ended);
  }

  private static OperationInfo await(
      SednaAdmin admin, OperationInfo begun, Duration timeout, ProgressPrinter progress) {
    String what = begun.getKind() + " " + begun.getSubject();
    return admin.awaitOperation(
        begun.getId(), timeout, info -> progress.step(what, info.getDone(), info.getTotal()));
  }

  private static Map<String, ?> object(OperationInfo info) {
    var object = new LinkedHashMap<String, Object>();
    object.put("id", info.getId());
    object.put("kind", info.getKind());
    object.put("subject", info.getSubject());
    object.put("state", info.getState().name());
    object.put("done", info.getDone());
    object.put("total", info.getTotal());
    object.put("startedAtMs", info.getStartedAtMs());
    object.put("finishedAtMs", info.getFinishedAtMs());
    return object;
  }
}
