// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.minicluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/**
 * The programs under {@code examples}, each against a live instance through its language's own
 * Thrift library.
 */
public class ExamplesIT {
  private static MiniSednaCluster cluster;

  @BeforeClass
  public static void startInstance() throws Exception {
    cluster = MiniSednaCluster.builder().daemons(3).start();
  }

  @AfterClass
  public static void stopInstance() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static void shouldRun(String language) throws Exception {
    String anyDaemon = cluster.addresses().split(",", 2)[0];

    List<String> lines = new ExampleProgram(language).run(anyDaemon);

    assertThat(lines.get(lines.size() - 1))
        .startsWith("ok records=10000 scanned=10000 error=TABLE_NOT_FOUND ");
    assertThat(cluster.client().admin().listTables("examples"))
        .as("the program drops its table")
        .isEmpty();
  }

  @Test
  public void shouldServePython() throws Exception {
    shouldRun("python");
  }

  @Test
  public void shouldServeNode() throws Exception {
    shouldRun("node");
  }

  @Test
  public void shouldServeGo() throws Exception {
    shouldRun("go");
  }

  @Test
  public void shouldServeCpp() throws Exception {
    shouldRun("cpp");
  }
}
