// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.launch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.error.SednaException;
import java.util.Map;
import org.junit.Test;

public class InstanceDescriptorTest {
  private final InstanceDescriptor descriptor =
      new InstanceDescriptor("store", 3, 1024, 1, "default", true, Map.of("a", "b"), 17);

  @Test
  public void shouldComeBackFromJson() {
    assertThat(InstanceDescriptor.fromJson(descriptor.toJson(), "test")).isEqualTo(descriptor);
  }

  @Test
  public void shouldReadDescriptionsOfNewerVersions() {
    var json = new String(descriptor.toJson(), UTF_8).replaceFirst("\\{", "{\"later\": 1,");

    assertThat(InstanceDescriptor.fromJson(json.getBytes(UTF_8), "test")).isEqualTo(descriptor);
  }

  @Test
  public void shouldRefuseWhatIsNoDescription() {
    assertThatThrownBy(() -> InstanceDescriptor.fromJson(new byte[] {1}, "/path/instance.json"))
        .isInstanceOf(SednaException.class)
        .hasMessageContaining("/path/instance.json");
  }

  @Test
  public void shouldNameDaemonsByInstanceAndSlot() {
    assertThat(descriptor.nodeId(2)).isEqualTo("store-2");
  }

  @Test
  public void shouldRefuseIllegalValues() {
    assertThatThrownBy(() -> descriptor.withDaemons(0)).hasMessageContaining("daemons=0");
    assertThatThrownBy(
            () -> new InstanceDescriptor("a/b", 1, 1024, 1, "default", false, Map.of(), 0))
        .hasMessageContaining("a/b");
    assertThatThrownBy(
            () -> new InstanceDescriptor("n".repeat(64), 1, 1024, 1, "q", false, Map.of(), 0))
        .hasMessageContaining("-1");
  }
}
