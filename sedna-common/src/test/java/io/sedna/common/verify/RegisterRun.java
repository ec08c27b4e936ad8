// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

import io.sedna.common.verify.Answer.Found;
import io.sedna.common.verify.Answer.Mismatch;
import io.sedna.common.verify.Answer.Missing;
import io.sedna.common.verify.Answer.Sum;
import io.sedna.common.verify.Answer.Unknown;
import io.sedna.common.verify.Answer.Written;
import io.sedna.common.verify.Call.CompareAndDelete;
import io.sedna.common.verify.Call.CompareAndSet;
import io.sedna.common.verify.Call.Delete;
import io.sedna.common.verify.Call.Get;
import io.sedna.common.verify.Call.Increment;
import io.sedna.common.verify.Call.Put;
import io.sedna.common.verify.Call.PutIfAbsent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * Clients of a register that is right: each call takes effect at a moment between its two times.
 */
final class RegisterRun {
  private static final int LONGEST = 100;
  private static final int VERSION_STEP = 10;

  private final Random random;
  private final int clients;
  private final double lost;

  private String value;
  private long version;
  private long versions = VERSION_STEP;

  /**
   * @param lost share of the calls that are not answered; half of them take effect, some late
   */
  RegisterRun(Random random, int clients, double lost) {
    this.random = random;
    this.clients = clients;
    this.lost = lost;
  }

  private record Plan(int id, int client, long sent, long effect, long answered, boolean isLost) {}

  List<Operation> of(String key, int operations) {
    long[] free = new long[clients];
    var plans = new ArrayList<Plan>();
    for (int i = 0; i < operations; i++) {
      int client = random.nextInt(clients);
      long sent = free[client] + 1 + random.nextInt(LONGEST);
      long answered = sent + 2 + random.nextInt(LONGEST);
      boolean isLost = random.nextDouble() < lost;
      long effect =
          isLost && random.nextBoolean()
              ? answered + random.nextInt(LONGEST * LONGEST)
              : sent + 1 + random.nextLong(answered - sent - 1);
      plans.add(new Plan(i, client, sent, effect, answered, isLost));
      free[client] = answered;
    }
    plans.sort(Comparator.comparingLong(Plan::effect).thenComparingInt(Plan::id));
    var history = new ArrayList<Operation>();
    for (Plan plan : plans) {
      Call call = call(plan.id());
      boolean isDone = !plan.isLost() || random.nextBoolean();
      Answer answer = isDone ? apply(call) : new Unknown();
      history.add(
          new Operation(
              plan.id(),
              plan.client(),
              key,
              call,
              plan.sent(),
              plan.isLost() ? Operation.NEVER : plan.answered(),
              plan.isLost() ? new Unknown() : answer));
    }
    history.sort(Comparator.comparingLong(Operation::invokedNanos).thenComparingInt(Operation::id));
    return history;
  }

  private Call call(int id) {
    String written = Integer.toString(1_000_000 + id * 1_000);
    return switch (random.nextInt(10)) {
      case 0, 1 -> new Put(written);
      case 2 -> new CompareAndSet(expected(), written);
      case 3 -> new CompareAndDelete(expected());
      case 4 -> new PutIfAbsent(written);
      case 5 -> new Delete();
      case 6, 7 -> new Increment(1 + random.nextInt(3));
      default -> new Get();
    };
  }

  private long expected() {
    return random.nextInt(3) == 0 ? VERSION_STEP * (1L + random.nextInt(50)) : version;
  }

  private Answer apply(Call call) {
    if (call instanceof Get) {
      return value == null ? new Missing() : new Found(value, version);
    }
    if (call instanceof Put put) {
      return write(put.value());
    }
    if (call instanceof Delete) {
      return write(null);
    }
    if (call instanceof PutIfAbsent put) {
      return value == null ? write(put.value()) : new Mismatch(version);
    }
    if (call instanceof CompareAndSet set) {
      return compare(set.expected(), set.value());
    }
    if (call instanceof CompareAndDelete delete) {
      return compare(delete.expected(), null);
    }
    long sum = ((Increment) call).delta() + (value == null ? 0 : Long.parseLong(value));
    write(Long.toString(sum));
    return new Sum(sum);
  }

  private Answer compare(long expected, String written) {
    if (value == null) {
      return expected == 0 && written != null ? write(written) : new Missing();
    }
    return expected == version ? write(written) : new Mismatch(version);
  }

  private Answer write(String written) {
    value = written;
    versions += VERSION_STEP;
    version = written == null ? 0 : versions;
    return new Written(versions);
  }
}
