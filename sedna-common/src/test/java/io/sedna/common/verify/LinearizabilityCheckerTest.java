// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.sedna.common.verify.Answer.Found;
import io.sedna.common.verify.Answer.Mismatch;
import io.sedna.common.verify.Answer.Missing;
import io.sedna.common.verify.Answer.Sum;
import io.sedna.common.verify.Answer.Written;
import io.sedna.common.verify.Call.Append;
import io.sedna.common.verify.Call.CompareAndDelete;
import io.sedna.common.verify.Call.CompareAndSet;
import io.sedna.common.verify.Call.Delete;
import io.sedna.common.verify.Call.Get;
import io.sedna.common.verify.Call.Increment;
import io.sedna.common.verify.Call.Put;
import io.sedna.common.verify.Call.PutIfAbsent;
import io.sedna.common.verify.Finding.Rule;
import java.util.List;
import org.junit.Test;

public class LinearizabilityCheckerTest {
  private final Histories histories = new Histories();
  private final LinearizabilityChecker checker = new LinearizabilityChecker();

  @Test
  public void shouldAcceptOneClientsCalls() {
    histories.missing(1);
    histories.put(1, "a", 10);
    histories.found(1, "a", 10);
    histories.call(1, new CompareAndSet(10, "b"), new Written(11));
    histories.call(1, new CompareAndSet(10, "c"), new Mismatch(11));
    histories.call(1, new PutIfAbsent("d"), new Mismatch(11));
    histories.call(1, new Append("+"), new Written(12));
    histories.found(1, "b+", 12);
    histories.call(1, new CompareAndDelete(12), new Written(0));
    histories.call(1, new Append("+"), new Missing());
    histories.call(1, new CompareAndSet(12, "e"), new Missing());
    histories.call(1, new CompareAndSet(0, "e"), new Written(14));
    histories.delete(1, 15);
    histories.call(1, new Increment(5), new Sum(5));
    histories.call(1, new Increment(-7), new Sum(-2));
    histories.found(1, "-2", 17);

    assertAccepted();
  }

  @Test
  public void shouldAcceptAReadOfEitherValueWhileAWriteIsUnderWay() {
    histories.put(1, "a", 10);
    var write = histories.send(1, new Put("b"));
    histories.found(2, "a", 10);
    histories.found(3, "b", 11);
    histories.answer(write, new Written(11));

    assertAccepted();
  }

  @Test
  public void shouldRefuseAReadThatGoesBackWhileAWriteIsUnderWay() {
    histories.put(1, "a", 10);
    var write = histories.send(1, new Put("b"));
    histories.found(3, "b", 11);
    histories.found(2, "a", 10);
    histories.answer(write, new Written(11));

    assertRefused("found \"a\" of version 10");
  }

  @Test
  public void shouldRefuseAStaleRead() {
    histories.put(1, "a", 10);
    histories.put(1, "b", 11);
    histories.found(2, "a", 10);

    Finding finding = assertRefused("found \"a\" of version 10");
    assertThat(finding.explanation())
        .contains("the record could have been:\n  \"b\" of version 11")
        .contains("What it found was written by:\n  #0 client 1")
        .contains("#1 client 1");
  }

  @Test
  public void shouldRefuseALostUpdate() {
    histories.put(1, "a", 10);
    histories.call(1, new CompareAndSet(10, "b"), new Written(11));
    histories.call(2, new CompareAndSet(10, "c"), new Written(12));

    assertRefused("compareAndSet of version 10 to \"c\"");
  }

  @Test
  public void shouldRefuseALostAppend() {
    histories.put(1, "a", 10);
    histories.call(1, new Append("b"), new Written(11));
    histories.call(2, new Append("c"), new Written(12));
    histories.found(1, "ac", 12);

    assertRefused("found \"ac\"");
  }

  @Test
  public void shouldRefuseAnAcknowledgedWriteThatIsGone() {
    histories.put(1, "a", 10);
    histories.missing(1);

    assertRefused("get: missing");
  }

  @Test
  public void shouldRefuseADoubledIncrement() {
    histories.call(1, new Increment(1), new Sum(1));
    histories.call(2, new Increment(1), new Sum(3));

    assertRefused("increment by 1: sum 3");
  }

  @Test
  public void shouldRefuseTheSameSumTwice() {
    var first = histories.send(1, new Increment(1));
    var second = histories.send(2, new Increment(1));
    histories.answer(first, new Sum(1));
    histories.answer(second, new Sum(1));

    assertRefused("increment by 1: sum 1");
  }

  @Test
  public void shouldRefuseAResurrectedDelete() {
    histories.put(1, "a", 10);
    histories.delete(1, 11);
    histories.missing(2);
    histories.found(2, "a", 10);

    assertRefused("found \"a\"");
  }

  @Test
  public void shouldRefuseTwoWinnersOfPutIfAbsent() {
    var first = histories.send(1, new PutIfAbsent("a"));
    var second = histories.send(2, new PutIfAbsent("b"));
    histories.answer(first, new Written(10));
    histories.answer(second, new Written(11));

    assertRefused("putIfAbsent");
  }

  @Test
  public void shouldRefuseVersionsThatGoBack() {
    histories.put(1, "a", 10);
    histories.put(1, "b", 9);

    assertRefused("written as version 9");
  }

  @Test
  public void shouldRefuseAValueThatNobodyWrote() {
    histories.put(1, "a", 10);
    histories.found(1, "x", 10);

    Finding finding = assertRefused("found \"x\"");
    assertThat(finding.explanation()).contains("No operation wrote exactly this value.");
  }

  @Test
  public void shouldAcceptThatALostWriteIsDoneLateOrNever() {
    histories.put(1, "a", 10);
    histories.lose(2, new Put("late"));
    histories.lose(2, new Put("never"));
    histories.found(1, "a", 10);
    histories.put(1, "b", 11);
    histories.found(1, "b", 11);
    histories.found(1, "late", 12);

    assertAccepted();
  }

  @Test
  public void shouldRefuseThatALostWriteIsDoneTwice() {
    histories.lose(2, new Put("lost"));
    histories.found(1, "lost", 10);
    histories.put(1, "b", 11);
    histories.found(1, "lost", 12);

    assertRefused("found \"lost\" of version 12");
  }

  @Test
  public void shouldRefuseThatALostWriteIsSeenBeforeItWasSent() {
    histories.found(1, "lost", 10);
    histories.lose(2, new Put("lost"));

    assertRefused("found \"lost\"");
  }

  @Test
  public void shouldAcceptOneOfTwoLostIncrements() {
    histories.call(1, new Increment(1), new Sum(1));
    histories.lose(2, new Increment(1));
    histories.lose(3, new Increment(1));
    histories.call(1, new Increment(1), new Sum(3));

    assertAccepted();
  }

  @Test
  public void shouldRefuseMoreLostIncrementsThanWereSent() {
    histories.call(1, new Increment(1), new Sum(1));
    histories.lose(2, new Increment(1));
    histories.call(1, new Increment(1), new Sum(4));

    assertRefused("sum 4");
  }

  @Test
  public void shouldLearnTheVersionOfALostWrite() {
    histories.lose(2, new Put("lost"));
    histories.found(1, "lost", 10);
    histories.call(1, new CompareAndSet(9, "b"), new Written(11));

    assertRefused("compareAndSet of version 9");
  }

  @Test
  public void shouldAcceptALostDelete() {
    histories.put(1, "a", 10);
    histories.lose(2, new Delete());
    histories.missing(1);
    histories.call(1, new PutIfAbsent("b"), new Written(12));

    assertAccepted();
  }

  @Test
  public void shouldCheckEachKeyByItself() {
    long[] now = {0};
    var recorder = new HistoryRecorder(() -> now[0]++);
    recorder.invoke(1, "good", new Put("a")).answered(new Written(1));
    recorder.invoke(1, "bad", new Get()).answered(new Found("a", 1));

    List<Finding> findings = checker.check(recorder.history());

    assertThat(findings).extracting(Finding::key).containsExactly("bad");
  }

  @Test
  public void shouldGiveUpAfterTooManySteps() {
    for (int i = 0; i < 20; i++) {
      histories.lose(i, new Append("" + (char) ('a' + i)));
    }
    histories.put(1, "", 10);
    histories.found(1, "zz", 11);

    List<Finding> findings = new LinearizabilityChecker(1_000).check(histories.history());

    assertThat(findings).extracting(Finding::rule).containsExactly(Rule.UNDECIDED);
  }

  private void assertAccepted() {
    assertThat(checker.check(histories.history())).isEmpty();
  }

  private Finding assertRefused(String operation) {
    List<Finding> findings = checker.check(histories.history());

    assertThat(findings).extracting(Finding::rule).containsExactly(Rule.LINEARIZABLE);
    assertThat(findings.get(0).explanation().lines().skip(1).findFirst().orElseThrow())
        .contains(operation);
    return findings.get(0);
  }
}
