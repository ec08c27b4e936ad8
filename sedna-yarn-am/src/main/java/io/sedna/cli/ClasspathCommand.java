// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli;

import java.io.File;
import java.util.ArrayList;
import org.apache.hadoop.util.ClassUtil;
import picocli.CommandLine;

@CommandLine.Command(
    name = "classpath",
    description = "Print the class path that a program needs to use Sedna.")
final class ClasspathCommand extends Command {
  ClasspathCommand(CliContext context) {
    super(context);
  }

  @Override
  protected int run() {
    var entries = new ArrayList<String>();
    var jar = ClassUtil.findContainingJar(SednaCli.class);
    if (jar != null) {
      entries.add(jar);
    }
    entries.add(System.getProperty("java.class.path"));
    context.out().println(String.join(File.pathSeparator, entries));
    return ExitCode.OK;
  }
}
