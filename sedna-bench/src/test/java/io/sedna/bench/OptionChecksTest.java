// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.Test;
import picocli.CommandLine;

/** What the benchmarks say to options that are of no use. */
public class OptionChecksTest {
  private static void assertRefused(String why, String... arguments) {
    PrintStream was = System.err;
    var said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    int code;
    try {
      code = BenchMain.run(arguments);
    } finally {
      System.setErr(was);
    }

    assertThat(code).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(said.toString(StandardCharsets.UTF_8)).contains(why).contains("Usage: ");
  }

  @Test
  public void shouldNameTheOptionAndWhatItMayBe() {
    assertRefused("--rounds=0 is not 1 or more", "compare", "--rounds", "0");
    assertRefused("--rows=fast is none of memcached", "compare", "--rows", "fast");
    assertRefused("--canaries=0 is not 1 or more", "fuzz", "--canaries", "0");
    assertRefused("--thrift=here is not HOST:PORT", "fuzz", "--thrift", "here");
    assertRefused("--batch=0 is not 1 or more", "bulk", "--batch", "0");
    assertRefused("--value-bytes=-1 is not 0 to ", "bulk", "--value-bytes", "-1");
    assertRefused("--rounds=0 is not 1 to 1000", "client", "--rounds", "0");
    assertRefused("--target=here is not HOST:PORT", "load", "--target", "here");
  }
}
