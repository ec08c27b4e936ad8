// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.schema.Table;
import io.sedna.common.schema.TableName;
import io.sedna.common.schema.TableSchema;
import io.sedna.daemon.cluster.ClusterListener;
import io.sedna.daemon.cluster.ClusterView;
import io.sedna.daemon.cluster.TableCatalogue;
import io.sedna.daemon.engine.Engine;
import io.sedna.daemon.engine.HeapPartitionStore;
import io.sedna.daemon.engine.MemoryBudget;
import io.sedna.daemon.engine.StoreOptions;
import io.sedna.daemon.engine.StoredVersion;
import io.sedna.daemon.metrics.DaemonMetrics;
import io.sedna.daemon.metrics.StrongMetrics;
import io.sedna.thrift.convert.Schemas;
import io.sedna.thrift.generated.TableAlteration;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

public class HttpEndpointTest {
  private static final NodeId SELF = new NodeId("daemon-1");

  private final HttpClient client = HttpClient.newHttpClient();
  private final DaemonMetrics metrics = new DaemonMetrics();
  private final MemoryBudget budget = MemoryBudget.unlimited();
  private final Engine engine =
      new Engine(
          budget, (table, partition, memory) -> new HeapPartitionStore(() -> 0, 0, budget, memory));
  private final FakeView view = new FakeView();
  private volatile Optional<String> whyNotReady = Optional.empty();
  private HttpEndpoint endpoint;

  private static final class FakeView implements ClusterView {
    volatile PartitionMap map;
    volatile TableCatalogue catalogue = TableCatalogue.EMPTY;

    @Override
    public NodeId self() {
      return SELF;
    }

    @Override
    public long incarnation() {
      return 5;
    }

    @Override
    public Optional<PartitionMap> map() {
      return Optional.ofNullable(map);
    }

    @Override
    public TableCatalogue catalogue() {
      return catalogue;
    }

    @Override
    public boolean frozen() {
      return false;
    }

    @Override
    public Optional<NodeId> controller() {
      return Optional.empty();
    }

    @Override
    public void addListener(ClusterListener listener) {}
  }

  @Before
  public void start() {
    endpoint =
        new HttpEndpoint(
                "<shop>",
                "127.0.0.1",
                0,
                view,
                engine,
                metrics,
                new StrongMetrics(),
                () -> whyNotReady)
            .start();
  }

  @After
  public void stop() {
    endpoint.close();
  }

  private static PartitionMap map(long epoch) {
    var self = new MapNode(SELF, "localhost", 1, 2, "/rack", 5);
    var other = new MapNode(new NodeId("daemon-2"), "localhost", 3, 4, "/rack", 1);
    return PartitionMap.builder(epoch, 2, 2, List.of(self, other))
        .add(0, 0, ReplicaState.SERVING)
        .add(0, 1, ReplicaState.SERVING)
        .add(1, 1, ReplicaState.SERVING)
        .add(1, 0, ReplicaState.FILLING)
        .build();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(path)).build());
  }

  private HttpResponse<String> send(HttpRequest request) throws Exception {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + endpoint.port() + path);
  }

  @Test
  public void shouldAnswerHealth() throws Exception {
    HttpResponse<String> response = get("/health");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("ok\n");
  }

  @Test
  public void shouldSayWhatItWaitsForUntilItIsReady() throws Exception {
    whyNotReady = Optional.of("there is no partition map yet");
    HttpResponse<String> waiting = get("/ready");
    whyNotReady = Optional.empty();
    HttpResponse<String> ready = get("/ready");

    assertThat(waiting.statusCode()).isEqualTo(503);
    assertThat(waiting.body()).isEqualTo("there is no partition map yet\n");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(ready.body()).isEqualTo("ready\n");
  }

  @Test
  public void shouldGiveCountersTablesAndTheJvmToPrometheus() throws Exception {
    view.map = map(7);
    var schema = TableSchema.of(TableName.parse("a.t"), 2);
    view.catalogue = new TableCatalogue(1, 2, List.of(new Table(1, schema, false, 0)));
    put(0, "in-primary");
    put(1, "in-replica");
    metrics.wrote(3);
    metrics.failed();

    HttpResponse<String> response = get("/metrics");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/plain");
    assertThat(response.body().lines())
        .contains(
            "sedna_writes_total 3.0",
            "sedna_failures_total 1.0",
            "sedna_map_epoch 7.0",
            "sedna_ready 1.0",
            "sedna_partitions{state=\"primary\"} 1.0",
            "sedna_partitions{state=\"serving\"} 1.0",
            "sedna_partitions{state=\"filling\"} 1.0",
            "sedna_table_records{table=\"a.t\"} 1.0",
            "sedna_table_replica_records{table=\"a.t\"} 2.0",
            "# TYPE sedna_table_bytes gauge")
        .anyMatch(line -> line.startsWith("jvm_memory_used_bytes"));
  }

  @Test
  public void shouldTellWhatTablesAndWhatThePartitionsTakeOnRequest() throws Exception {
    view.map = map(7);
    var schema = TableSchema.of(TableName.parse("a.t"), 2);
    TableSchema limited = Schemas.altered(schema, new TableAlteration().setMaxBytes(5 << 20));
    view.catalogue = new TableCatalogue(1, 2, List.of(new Table(1, limited, false, 0)));
    put(0, "one");
    put(1, "another");

    List<String> lines = get("/metrics").body().lines().toList();
    List<String> more = get("/metrics?partitions=true").body().lines().toList();

    long live = engine.statistics().liveBytes();
    assertThat(lines)
        .contains(
            "sedna_table_quota_bytes{table=\"a.t\"} " + (double) (5 << 20),
            "sedna_table_live_bytes{table=\"a.t\"} " + (double) live,
            "sedna_table_expired_records_total{table=\"a.t\"} 0.0",
            "sedna_store_segment_bytes{use=\"live\"} " + (double) live,
            "sedna_store_memory_bytes " + (double) live,
            "sedna_store_write_amplification 1.0")
        .noneMatch(line -> line.startsWith("sedna_partition_"))
        .noneMatch(line -> line.startsWith("sedna_table_hits"));
    assertThat(more)
        .containsAll(lines.stream().filter(line -> line.startsWith("sedna_table")).toList())
        .contains(
            "sedna_partition_records{partition=\"1\",table=\"a.t\"} 1.0",
            "sedna_partition_bytes{partition=\"0\",table=\"a.t\"} 6.0",
            "sedna_partition_dead_bytes{partition=\"0\",table=\"a.t\"} 0.0");
  }

  private void put(int partition, String key) {
    byte[] bytes = key.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    engine
        .store(1, partition, StoreOptions.STORE)
        .writeLatest(bytes, partition, StoredVersion.value(1, 0, 0, bytes));
  }

  @Test
  public void shouldShowAPageThatLinksTheOthersAndEscapesNames() throws Exception {
    view.map = map(7);

    String page = get("/").body();

    assertThat(page)
        .contains("daemon-1", "epoch 7", "&lt;shop&gt;", "href=\"metrics\"", "href=\"ready\"")
        .doesNotContain("<shop>");
  }

  @Test
  public void shouldRefuseOtherPathsAndMethods() throws Exception {
    HttpResponse<String> elsewhere = get("/metrics/more");
    HttpResponse<String> post =
        send(
            HttpRequest.newBuilder(uri("/metrics"))
                .POST(HttpRequest.BodyPublishers.ofString("x"))
                .build());
    HttpResponse<String> head =
        send(
            HttpRequest.newBuilder(uri("/metrics"))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build());

    assertThat(elsewhere.statusCode()).isEqualTo(404);
    assertThat(post.statusCode()).isEqualTo(405);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }
}
