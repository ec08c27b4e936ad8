// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sedna.common.id.NodeId;
import io.sedna.common.partition.MapNode;
import io.sedna.common.partition.PartitionMap;
import io.sedna.common.partition.ReplicaState;
import io.sedna.common.time.SerialScheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Test;

public class MapTrackerTest {
  private static final NodeId SELF = new NodeId("a");

  private final FakeClusterView view = new FakeClusterView(SELF, 1);
  private final SerialScheduler timers = SerialScheduler.onThread("timers");
  private final MapTracker tracker = new MapTracker(view, Runnable::run, timers);

  @After
  public void closeTimers() {
    timers.close();
  }

  /** One partition; replicas are written as node name, run and first letter of the state. */
  private static PartitionMap map(long epoch, String... replicas) {
    List<MapNode> nodes = new ArrayList<>();
    for (String replica : replicas) {
      nodes.add(
          new MapNode(
              new NodeId(replica.substring(0, 1)),
              "h",
              1,
              1,
              MapNode.DEFAULT_RACK,
              replica.charAt(1) - '0'));
    }
    var builder = PartitionMap.builder(epoch, 1, 3, nodes);
    for (int i = 0; i < replicas.length; i++) {
      builder.add(
          0,
          i,
          switch (replicas[i].charAt(2)) {
            case 's' -> ReplicaState.SERVING;
            case 'f' -> ReplicaState.FILLING;
            default -> ReplicaState.LOADING;
          });
    }
    return builder.build();
  }

  private long addedAt() {
    return tracker.seen().addedAt()[0];
  }

  private long readersAt() {
    return tracker.seen().readersAt()[0];
  }

  @Test
  public void shouldAnswerNobodyWhoDoesNotKnowTheReplicaThatServesLast() {
    view.setMap(map(5, "a1s", "b1s", "c1s"));
    assertThat(readersAt()).isEqualTo(5);

    view.setMap(map(6, "b1s", "a1s"));
    assertThat(readersAt()).as("c is gone, and any two met a or b before too").isEqualTo(5);

    view.setMap(map(7, "b1s", "a1s", "d1f"));
    assertThat(readersAt()).as("d may not miss what is written from now on").isEqualTo(7);

    view.setMap(map(8, "b1s", "a1s", "d1s"));
    assertThat(readersAt()).as("d serves").isEqualTo(8);

    view.setMap(map(10, "b1s", "a1s", "d1s"));
    assertThat(readersAt()).as("a map was not seen, and the replicas are the same").isEqualTo(8);

    view.setMap(map(12, "b1s", "a1s", "e1s"));
    assertThat(readersAt()).as("e has come in maps that were not seen").isEqualTo(12);
  }

  @Test
  public void shouldKnowSinceWhenAllReplicasAreInTheMap() {
    view.setMap(map(5, "a1s", "b1s"));
    assertThat(addedAt()).isEqualTo(5);

    view.setMap(map(6, "b1s", "a1s"));
    assertThat(addedAt()).as("another order").isEqualTo(5);

    view.setMap(map(7, "b1s", "a1s", "c1f"));
    assertThat(addedAt()).as("c is new").isEqualTo(7);

    view.setMap(map(8, "b1s", "a1s", "c1s"));
    assertThat(addedAt()).as("c is filled").isEqualTo(7);

    view.setMap(map(9, "b1s", "c1s"));
    assertThat(addedAt()).as("a is gone").isEqualTo(7);

    view.setMap(map(10, "b1s", "c2f"));
    assertThat(addedAt()).as("c has begun anew").isEqualTo(10);

    view.setMap(map(12, "b1s", "c2f"));
    assertThat(addedAt()).as("c may have been away in epoch 11").isEqualTo(12);
  }

  @Test
  public void shouldNotTakeReplicasOfAnEarlierRunForItsOwn() {
    view.setMap(map(5, "a0s", "b1s"));
    assertThat(tracker.seen().own()[0]).isNull();

    view.setMap(map(6, "a1f", "b1s"));
    assertThat(tracker.seen().own()[0]).isEqualTo(ReplicaState.FILLING);
  }

  @Test
  public void shouldNeverGoBack() {
    view.setMap(map(5, "a1s"));

    view.setMap(map(4, "b1s"));

    assertThat(tracker.epoch()).isEqualTo(5);
  }

  @Test
  public void shouldCompleteWhoWaitsForAMap() throws Exception {
    var five = tracker.await(5, 20_000);
    var seven = tracker.await(7, 20_000);

    view.setMap(map(6, "a1s"));

    assertThat(five.get(20, TimeUnit.SECONDS).epoch()).isEqualTo(6);
    assertThat(seven).isNotDone();
    assertThat(tracker.await(6, 1)).isCompleted();
  }

  @Test
  public void shouldGiveUpWaiting() {
    assertThatThrownBy(() -> tracker.await(5, 1).get(20, TimeUnit.SECONDS))
        .hasMessageContaining("epoch=5")
        .hasMessageContaining("node=a");
  }
}
