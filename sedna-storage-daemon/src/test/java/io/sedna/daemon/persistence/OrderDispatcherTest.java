// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class OrderDispatcherTest {
  private static final int UNITS = 200;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final List<Integer> done = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, Integer> most = new ConcurrentHashMap<>();
  private TestInstance instance;

  @Before
  public void startInstance() {
    instance = new TestInstance(folder.getRoot().toPath(), 3, 8, 1);
  }

  @After
  public void closeInstance() {
    instance.close();
  }

  /** Any daemon does any unit, as the function answers. */
  private OrderDispatcher<Integer, String> dispatcher(
      long patienceMs, BiFunction<MapNode, List<Integer>, CompletableFuture<String>> daemon) {
    var work =
        new OrderDispatcher.Work<Integer, String>() {
          @Override
          public List<MapNode> candidates(Integer unit, PartitionMap map) {
            return map.nodes();
          }

          @Override
          public Object group(Integer unit) {
            return unit % 2;
          }

          @Override
          public CompletableFuture<String> order(MapNode node, List<Integer> units) {
            assertThat(units).allMatch(unit -> unit % 2 == units.get(0) % 2);
            most.merge(node.id().value(), units.size(), Math::max);
            return daemon.apply(node, units);
          }

          @Override
          public void done(List<Integer> units, String answer) {
            assertThat(answer).isEqualTo("answer");
            done.addAll(units);
          }
        };
    return new OrderDispatcher<>(
        instance.daemon(0), IntStream.range(0, UNITS).boxed().toList(), work, patienceMs);
  }

  private static CompletableFuture<String> answer() {
    return CompletableFuture.completedFuture("answer");
  }

  private static CompletableFuture<String> failure(ErrorCode code) {
    return CompletableFuture.failedFuture(new SednaException(code, "no"));
  }

  @Test
  public void shouldSpreadUnitsOverDaemonsAndDoEachOnce() throws Exception {
    dispatcher(1000, (node, units) -> answer()).run(() -> false);

    assertThat(done).hasSize(UNITS).doesNotHaveDuplicates();
    assertThat(most).hasSize(3);
    assertThat(most.values()).allMatch(size -> size <= 16);
  }

  @Test
  public void shouldOrderAgainWhatFailedForTheMoment() throws Exception {
    var refused = ConcurrentHashMap.<Integer>newKeySet();

    dispatcher(
            10_000,
            (node, units) -> refused.addAll(units) ? failure(ErrorCode.STALE_MAP) : answer())
        .run(() -> false);

    assertThat(done).hasSize(UNITS).doesNotHaveDuplicates();
  }

  @Test
  public void shouldOrderElsewhereWhatADaemonThatIsGoneNeverAnswered() throws Exception {
    dispatcher(
            10_000,
            (node, units) -> {
              if (!node.id().value().equals("daemon-2")) {
                return answer();
              }
              if (instance.map().node(node.id()).isPresent()) {
                instance.kill(2);
              }
              return new CompletableFuture<>();
            })
        .run(() -> false);

    assertThat(done).hasSize(UNITS).doesNotHaveDuplicates();
  }

  @Test
  public void shouldFailAtOnceForWhatCannotBeWaitedOut() {
    var dispatcher = dispatcher(10_000, (node, units) -> failure(ErrorCode.SNAPSHOT_CORRUPT));

    assertThatThrownBy(() -> dispatcher.run(() -> false))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SNAPSHOT_CORRUPT));
  }

  @Test
  public void shouldGiveUpWhenPatienceEnds() {
    var dispatcher = dispatcher(500, (node, units) -> failure(ErrorCode.UNAVAILABLE));

    assertThatThrownBy(() -> dispatcher.run(() -> false))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE))
        .hasMessageContaining("still failing after 500 ms");
  }

  @Test
  public void shouldTryAFailingFileSystemAFewTimesOnly() {
    var dispatcher = dispatcher(60_000, (node, units) -> failure(ErrorCode.STORAGE_FAILED));

    assertThatThrownBy(() -> dispatcher.run(() -> false))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED));
  }

  @Test
  public void shouldStopWhenCancelled() {
    var dispatcher = dispatcher(10_000, (node, units) -> new CompletableFuture<>());

    assertThatThrownBy(() -> dispatcher.run(() -> !most.isEmpty()))
        .isInstanceOfSatisfying(
            SednaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SHUTTING_DOWN));
  }
}
