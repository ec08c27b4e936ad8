// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import io.sedna.thrift.convert.Errors;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.thrift.async.AsyncMethodCallback;

/** From stages to Thrift's callbacks. */
final class Callbacks {
  private Callbacks() {}

  /** Calls, and tells the callback how it ends, be it by a value, a failed stage or a throw. */
  static <T> void answer(AsyncMethodCallback<T> callback, Supplier<CompletionStage<T>> call) {
    CompletionStage<T> stage;
    try {
      stage = call.get();
    } catch (RuntimeException e) {
      callback.onError(Errors.of(e));
      return;
    }
    var unused =
        stage.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                callback.onComplete(value);
              } else {
                callback.onError(Errors.of(failure));
              }
            });
  }
}
