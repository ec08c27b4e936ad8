// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.List;
import java.util.function.Function;
import org.junit.Test;

public class NamesTest {
  @Test
  public void shouldTakeLegalNodeIds() {
    for (String id : List.of("a", "0", "node-1.example_com", "x".repeat(64))) {
      assertThat(new NodeId(id)).hasToString(id);
    }
  }

  @Test
  public void shouldRefuseIllegalNodeIds() {
    for (String id : List.of("", "x".repeat(65), "host:7720", "a b", "a/b", "ä", "a\n")) {
      refuses(id, NodeId::new);
    }
  }

  @Test
  public void shouldTakeLegalInstanceNames() {
    for (String name : List.of("mystore", "1", "My-Store_2", "x".repeat(64))) {
      assertThat(new InstanceName(name)).hasToString(name);
    }
  }

  @Test
  public void shouldRefuseIllegalInstanceNames() {
    for (String name : List.of("", "-x", "_x", "a.b", "a/b", "..", "x".repeat(65), "a\n")) {
      refuses(name, InstanceName::new);
    }
  }

  @Test
  public void shouldOrderByText() {
    assertThat(List.of(new NodeId("b"), new NodeId("a10"), new NodeId("a2")).stream().sorted())
        .extracting(NodeId::value)
        .containsExactly("a10", "a2", "b");
    assertThat(new InstanceName("a")).isLessThan(new InstanceName("b"));
  }

  private static void refuses(String name, Function<String, ?> constructor) {
    SednaException e = catchThrowableOfType(SednaException.class, () -> constructor.apply(name));
    assertThat(e).as("'%s'", name).isNotNull();
    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_NAME);
    assertThat(e).hasMessageContaining("'" + name + "'");
  }
}
