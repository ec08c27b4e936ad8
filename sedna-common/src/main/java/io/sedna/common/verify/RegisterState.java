// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.verify;

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
import java.util.OptionalLong;

/**
 * The sequential record that a strong table promises. Versions grow with every change, also across
 * a delete: compareAndSet would otherwise take one record for another.
 *
 * @param value null: there is no record
 * @param version of the last change, be it a delete; {@link #UNKNOWN} after a change whose answer
 *     did not tell it
 * @param floor greatest version so far that is known
 */
record RegisterState(String value, long version, long floor) {
  static final long UNKNOWN = 0;
  static final RegisterState EMPTY = new RegisterState(null, UNKNOWN, UNKNOWN);

  /**
   * The state after the call, or null if it cannot be answered so in this state. What the answer
   * tells of a version that was unknown is learnt.
   */
  RegisterState after(Call call, Answer answer) {
    if (call instanceof Get) {
      return answer instanceof Found found
          ? (isValue(found.value()) ? learnt(found.version()) : null)
          : only(answer instanceof Missing && isAbsent());
    }
    if (call instanceof Increment increment) {
      return answer instanceof Sum sum ? summed(increment.delta(), sum.value()) : null;
    }
    if (answer instanceof Written written) {
      return precedes(written.version()) ? effect(call, written.version()) : null;
    }
    if (answer instanceof Missing) {
      return only(isAbsent() && canMiss(call));
    }
    return answer instanceof Mismatch mismatch ? mismatched(call, mismatch.version()) : null;
  }

  /** The state after a call of unknown answer, if it took effect; null if it has none here. */
  RegisterState afterUnknown(Call call) {
    if (call instanceof Increment increment) {
      OptionalLong number = number();
      return number.isEmpty() ? null : summed(increment.delta(), add(number, increment.delta()));
    }
    return effect(call, UNKNOWN);
  }

  /**
   * Whether an operation with this answer can no longer take effect, now or later: it is too old.
   */
  boolean isBeyond(Answer answer) {
    if (answer instanceof Written written) {
      return !precedes(written.version());
    }
    long told =
        answer instanceof Found found
            ? found.version()
            : answer instanceof Mismatch mismatch ? mismatch.version() : UNKNOWN;
    return told != UNKNOWN && told < floor;
  }

  private RegisterState effect(Call call, long newVersion) {
    if (call instanceof Put put) {
      return changed(put.value(), newVersion);
    }
    if (call instanceof Delete) {
      return changed(null, newVersion);
    }
    if (call instanceof PutIfAbsent put) {
      return isAbsent() ? changed(put.value(), newVersion) : null;
    }
    if (call instanceof CompareAndSet set) {
      return canHave(set.expected()) ? changed(set.value(), newVersion) : null;
    }
    if (call instanceof CompareAndDelete delete) {
      return canHave(delete.expected()) ? changed(null, newVersion) : null;
    }
    return call instanceof Append append && !isAbsent()
        ? changed(value + append.suffix(), newVersion)
        : null;
  }

  private RegisterState mismatched(Call call, long told) {
    if (isAbsent() || learnt(told) == null) {
      return null;
    }
    RegisterState learnt = learnt(told);
    if (call instanceof PutIfAbsent) {
      return learnt;
    }
    long expected =
        call instanceof CompareAndSet set
            ? set.expected()
            : call instanceof CompareAndDelete delete ? delete.expected() : learnt.version;
    return learnt.version == UNKNOWN || learnt.version != expected ? learnt : null;
  }

  private RegisterState summed(long delta, long sum) {
    OptionalLong number = number();
    return number.isPresent() && add(number, delta) == sum
        ? changed(Long.toString(sum), UNKNOWN)
        : null;
  }

  private static long add(OptionalLong number, long delta) {
    return number.getAsLong() + delta;
  }

  private OptionalLong number() {
    if (isAbsent()) {
      return OptionalLong.of(0);
    }
    try {
      return OptionalLong.of(Long.parseLong(value));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** Calls that are answered so where there is no record. */
  private static boolean canMiss(Call call) {
    return call instanceof Append
        || call instanceof Delete
        || call instanceof CompareAndDelete
        || call instanceof CompareAndSet set && set.expected() != 0;
  }

  private boolean canHave(long expected) {
    return expected == 0
        ? isAbsent()
        : !isAbsent() && (version == UNKNOWN ? expected > floor : version == expected);
  }

  private boolean precedes(long newVersion) {
    return newVersion == UNKNOWN || newVersion > floor;
  }

  private RegisterState learnt(long told) {
    if (told == UNKNOWN || told == version) {
      return this;
    }
    return version == UNKNOWN && told > floor ? new RegisterState(value, told, told) : null;
  }

  private RegisterState changed(String newValue, long newVersion) {
    return new RegisterState(newValue, newVersion, Math.max(newVersion, floor));
  }

  private RegisterState only(boolean possible) {
    return possible ? this : null;
  }

  private boolean isValue(String other) {
    return other.equals(value);
  }

  private boolean isAbsent() {
    return value == null;
  }

  @Override
  public String toString() {
    String of = version == UNKNOWN ? "unknown version" : "version " + version;
    return isAbsent() ? "missing (" + of + ")" : '"' + value + "\" of " + of;
  }
}
