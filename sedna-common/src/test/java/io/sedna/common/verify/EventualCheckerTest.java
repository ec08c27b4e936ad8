// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.verify.Answer.FoundAll;
import io.sedna.common.verify.Answer.Outdated;
import io.sedna.common.verify.Call.Delete;
import io.sedna.common.verify.Call.GetAll;
import io.sedna.common.verify.Call.Put;
import io.sedna.common.verify.Call.PutAll;
import io.sedna.common.verify.Finding.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.Test;

public class EventualCheckerTest {
  private static final ReadPromises ALL = new ReadPromises(true, true);

  private final Histories histories = new Histories();

  @Test
  public void shouldAcceptTheNewestWriteAtEachReplica() {
    histories.put(1, "a", 10);
    histories.put(2, "b", 12);
    histories.put(1, "c", 11);

    assertThat(endingIn(value(0, "b", 12))).isEmpty();
  }

  @Test
  public void shouldRefuseALostWrite() {
    histories.put(1, "a", 10);
    histories.put(1, "b", 11);

    List<Finding> findings = endingIn(value(0, "a", 10));

    assertThat(findings).extracting(Finding::rule).containsExactly(Rule.NO_LOST_WRITE);
    assertThat(findings.get(0).explanation())
        .contains("put \"b\": written as version 11")
        .contains("replica-0: [\"a\" of version 10]");
  }

  @Test
  public void shouldRefuseThatNothingIsLeft() {
    histories.put(1, "a", 10);

    assertBroken(endingIn(), Rule.NO_LOST_WRITE);
  }

  @Test
  public void shouldAcceptALostWriteThatIsThere() {
    histories.put(1, "a", 10);
    histories.lose(2, new Put("b"));

    assertThat(endingIn(value(0, "b", 11))).isEmpty();
    assertThat(endingIn(value(0, "a", 10))).isEmpty();
  }

  @Test
  public void shouldRefuseAnOlderLostWriteInThePlaceOfAnAcknowledgedOne() {
    histories.lose(2, new Put("b"));
    histories.put(1, "a", 10);

    assertBroken(endingIn(value(0, "b", 9)), Rule.NO_LOST_WRITE);
  }

  @Test
  public void shouldRefuseAResurrectedDelete() {
    histories.put(1, "a", 10);
    histories.delete(1, 11);

    assertBroken(endingIn(value(0, "a", 10)), Rule.DELETED_STAYS_DELETED);
    assertThat(endingIn()).isEmpty();
  }

  @Test
  public void shouldAcceptThatALostDeleteHidesAWrite() {
    histories.put(1, "a", 10);
    histories.lose(2, new Delete());

    assertThat(endingIn()).isEmpty();
    assertThat(endingIn(value(0, "a", 10))).isEmpty();
  }

  @Test
  public void shouldAcceptThatADeleteWhichCameTooLateSomewhereHidesOtherSources() {
    histories.putAll(1, 1, "a1", 10);
    histories.putAll(2, 2, "b1", 12);
    histories.call(3, new Delete(), new Outdated(11));

    assertThat(endingIn(value(2, "b1", 12))).isEmpty();
    assertThat(endingIn(value(1, "a1", 10), value(2, "b1", 12))).isEmpty();
  }

  @Test
  public void shouldRefuseAnOlderDeleteThatHidesANewerWrite() {
    histories.put(1, "a", 10);
    histories.delete(2, 9);

    assertBroken(endingIn(), Rule.NO_LOST_WRITE);
  }

  @Test
  public void shouldRefuseWhatNobodyWrote() {
    histories.put(1, "a", 10);

    assertBroken(endingIn(value(0, "x", 12)), Rule.WRITTEN_BEFORE_READ);
    assertBroken(endingIn(value(0, "a", 12)), Rule.WRITTEN_BEFORE_READ);
  }

  @Test
  public void shouldRefuseAnOutdatedWriteThatIsThere() {
    histories.put(1, "a", 10);
    histories.call(2, new Put("b"), new Outdated(12));

    assertBroken(endingIn(value(0, "b", 12)), Rule.OUTDATED_IS_NOT_THERE);
  }

  @Test
  public void shouldRefuseReplicasThatDiffer() {
    histories.put(1, "a", 10);
    histories.put(1, "b", 11);
    var newer = new Copy("replica-0", List.of(value(0, "b", 11)));
    var older = new Copy("replica-1", List.of(value(0, "a", 10)));

    List<Finding> findings =
        new EventualChecker(ALL)
            .check(histories.history(), Map.of(Histories.KEY, List.of(newer, older)));

    assertBroken(findings, Rule.REPLICAS_ALIKE);
  }

  @Test
  public void shouldAcceptTheNewestValueOfEachSource() {
    histories.putAll(1, 1, "a1", 10);
    histories.putAll(2, 2, "b1", 11);
    histories.putAll(1, 1, "a2", 12);
    histories.call(3, new GetAll(), new FoundAll(List.of(value(1, "a2", 12), value(2, "b1", 11))));

    assertThat(endingIn(value(1, "a2", 12), value(2, "b1", 11))).isEmpty();
  }

  @Test
  public void shouldRefuseAMissingSource() {
    histories.putAll(1, 1, "a1", 10);
    histories.putAll(2, 2, "b1", 11);

    assertBroken(endingIn(value(2, "b1", 11)), Rule.NO_LOST_WRITE);
  }

  @Test
  public void shouldRefuseAValueUnderAnotherSource() {
    histories.putAll(1, 1, "a1", 10);
    histories.lose(2, new PutAll(2, "b1"));

    assertBroken(endingIn(value(1, "a1", 10), value(2, "a1", 10)), Rule.WRITTEN_BEFORE_READ);
  }

  @Test
  public void shouldRefuseASourceThatADeleteHad() {
    histories.putAll(1, 1, "a1", 10);
    histories.delete(3, 11);
    histories.putAll(2, 2, "b1", 12);

    assertBroken(endingIn(value(1, "a1", 10), value(2, "b1", 12)), Rule.DELETED_STAYS_DELETED);
    assertThat(endingIn(value(2, "b1", 12))).isEmpty();
  }

  @Test
  public void shouldRefuseAReadOfWhatIsWrittenLater() {
    histories.found(2, "a", 10);
    histories.put(1, "a", 10);

    assertBroken(endingIn(value(0, "a", 10)), Rule.WRITTEN_BEFORE_READ);
  }

  @Test
  public void shouldRefuseAReadThatDoesNotSeeAnAcknowledgedWriteOnlyWhereThatIsPromised() {
    histories.put(1, "a", 10);
    histories.put(1, "b", 11);
    histories.found(2, "a", 10);

    assertBroken(endingIn(value(0, "b", 11)), Rule.READ_SEES_ACKNOWLEDGED);
    assertThat(
            new EventualChecker(ReadPromises.NONE)
                .check(histories.history(), copies(value(0, "b", 11))))
        .isEmpty();
  }

  @Test
  public void shouldRefuseAReadOfADeletedValue() {
    histories.put(1, "a", 10);
    histories.delete(1, 11);
    histories.found(2, "a", 10);

    assertBroken(endingIn(), Rule.DELETED_STAYS_DELETED);
  }

  @Test
  public void shouldRefuseReadsThatGoBack() {
    var write = histories.send(1, new Put("b"));
    histories.put(3, "a", 10);
    histories.found(2, "b", 11);
    histories.found(2, "a", 10);
    histories.answer(write, new Answer.Written(11));

    assertBroken(endingIn(value(0, "b", 11)), Rule.READS_GO_FORWARD);
  }

  private List<Finding> endingIn(SourcedValue... values) {
    return new EventualChecker(ALL).check(histories.history(), copies(values));
  }

  private static Map<String, List<Copy>> copies(SourcedValue... values) {
    return Map.of(
        Histories.KEY,
        List.of(
            new Copy("replica-0", Arrays.asList(values)),
            new Copy("replica-1", Arrays.asList(values))));
  }

  private static SourcedValue value(int source, String value, long version) {
    return new SourcedValue(source, value, version);
  }

  private static void assertBroken(List<Finding> findings, Rule rule) {
    assertThat(findings).extracting(Finding::rule).containsExactly(rule);
  }
}
