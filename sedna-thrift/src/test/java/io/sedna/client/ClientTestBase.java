// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sedna.client.testing.FakeInstance;
import io.sedna.common.error.SednaException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.After;
import org.junit.Before;

/** Three fake daemons with two replicas of each of 16 partitions, a table and a client. */
public abstract class ClientTestBase {
  protected static final String TABLE = "shop.prices";

  protected final FakeInstance instance = new FakeInstance(3, 16, 2);
  private final List<SednaClient> clients = new ArrayList<>();
  protected SednaClient client;
  protected SednaTable table;

  @Before
  public void connect() {
    instance.createTable(TABLE);
    client = connect(builder());
    table = client.table(TABLE);
  }

  @After
  public void closeAll() {
    clients.forEach(SednaClient::close);
    instance.close();
  }

  protected SednaClientBuilder builder() {
    return SednaClient.builder()
        .bootstrap(instance.bootstrap())
        .requestTimeout(Duration.ofSeconds(2))
        .deadline(Duration.ofSeconds(15));
  }

  protected SednaClient connect(SednaClientBuilder builder) {
    SednaClient built = builder.build();
    clients.add(built);
    return built;
  }

  protected static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  protected static List<PutEntry> entries(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new PutEntry(bytes("key" + i), bytes("value" + i)))
        .toList();
  }

  protected static List<byte[]> keys(int count) {
    return entries(count).stream().map(PutEntry::key).toList();
  }

  protected static SednaException failure(ThrowingCallable call) {
    return catchThrowableOfType(SednaException.class, call);
  }

  /** A key whose primary is this daemon. */
  protected byte[] keyOf(int daemon) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> bytes("k" + i))
        .filter(key -> instance.primaryOf(TABLE, key) == daemon)
        .findFirst()
        .orElseThrow();
  }
}
