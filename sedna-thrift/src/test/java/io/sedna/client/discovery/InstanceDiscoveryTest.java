// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sedna.common.conf.HostPort;
import io.sedna.common.conf.ZooKeeperConfig;
import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.nio.charset.StandardCharsets;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.test.TestingServer;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

public class InstanceDiscoveryTest {
  private TestingServer server;
  private CuratorFramework zookeeper;
  private ZooKeeperConfig config;

  @Before
  public void start() throws Exception {
    server = new TestingServer();
    zookeeper = CuratorFrameworkFactory.newClient(server.getConnectString(), new RetryOneTime(100));
    zookeeper.start();
    config = new ZooKeeperConfig(server.getConnectString(), "/sedna", 5000, 10_000);
  }

  @After
  public void stop() throws Exception {
    zookeeper.close();
    server.close();
  }

  private void create(String path, String data) throws Exception {
    zookeeper
        .create()
        .creatingParentsIfNeeded()
        .forPath(path, data.getBytes(StandardCharsets.UTF_8));
  }

  private SednaException failure(String instance) {
    return catchThrowableOfType(
        SednaException.class, () -> InstanceDiscovery.find(config, instance));
  }

  @Test
  public void shouldFindTheDaemonsOfAnInstance() throws Exception {
    create(
        "/sedna/shop/members/a",
        "{\"host\":\"h1\",\"thriftPort\":7720,\"httpPort\":1,\"more\":{}}");
    create("/sedna/shop/members/b", "{\"host\":\"h2\",\"thriftPort\":7730}");
    create("/sedna/other/members/a", "{\"host\":\"h3\",\"thriftPort\":7740}");

    assertThat(InstanceDiscovery.find(config, "shop"))
        .containsExactlyInAnyOrder(new HostPort("h1", 7720), new HostPort("h2", 7730));
    assertThat(InstanceDiscovery.instances(config)).containsExactly("other", "shop");
  }

  @Test
  public void shouldNameTheInstanceThatDoesNotExist() {
    SednaException e = failure("shop");

    assertThat(e.code()).isEqualTo(ErrorCode.INSTANCE_NOT_FOUND);
    assertThat(e.getMessage()).contains("shop", "/sedna/shop", server.getConnectString());
    assertThat(InstanceDiscovery.instances(config)).isEmpty();
  }

  @Test
  public void shouldSayThatAnInstanceHasNoLiveDaemon() throws Exception {
    create("/sedna/shop/members", "");

    SednaException e = failure("shop");

    assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(e.getMessage()).contains("shop", "no live daemon");
  }

  @Test
  public void shouldRefuseAMemberWithoutAddress() throws Exception {
    create("/sedna/shop/members/a", "{\"host\":\"h1\"}");

    SednaException e = failure("shop");

    assertThat(e.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
    assertThat(e.getMessage()).contains("/sedna/shop/members/a");
  }

  @Test
  public void shouldNameTheZooKeeperThatCannotBeReached() throws Exception {
    String address = server.getConnectString();
    server.close();

    SednaException e =
        catchThrowableOfType(
            SednaException.class,
            () ->
                InstanceDiscovery.find(new ZooKeeperConfig(address, "/sedna", 5000, 300), "shop"));

    assertThat(e.code()).isEqualTo(ErrorCode.ZOOKEEPER_UNREACHABLE);
    assertThat(e.getMessage()).contains(address, "ms=300");
  }
}
