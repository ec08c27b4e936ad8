// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.simulation;

import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.peer.SednaPeer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.thrift.AsyncProcessFunction;
import org.apache.thrift.TBase;
import org.apache.thrift.TException;
import org.apache.thrift.TFieldIdEnum;
import org.apache.thrift.async.AsyncMethodCallback;

/** The Thrift services of a daemon, called as they are over a wire, but without bytes. */
final class Service {
  private static final short SUCCESS_FIELD = 0;

  @SuppressWarnings("rawtypes")
  private final Map<String, ? extends AsyncProcessFunction> methods;

  private Service(@SuppressWarnings("rawtypes") Map<String, ? extends AsyncProcessFunction> map) {
    methods = map;
  }

  static final Service PEER =
      new Service(new SednaPeer.AsyncProcessor<SednaPeer.AsyncIface>(null).getProcessMapView());

  static final Service PUBLIC =
      new Service(new Sedna.AsyncProcessor<Sedna.AsyncIface>(null).getProcessMapView());

  /**
   * Calls a method of a handler; everything is copied on its way in and out.
   *
   * @param handler the generated AsyncIface
   * @param result an empty METHOD_result, which is filled
   */
  @SuppressWarnings({"unchecked", "rawtypes"})
  <R extends TBase<R, F>, F extends TFieldIdEnum> CompletableFuture<R> call(
      Object handler, String method, TBase<?, ?> arguments, R result) {
    var answer = new CompletableFuture<R>();
    AsyncMethodCallback<Object> callback =
        new AsyncMethodCallback<>() {
          @Override
          public void onComplete(Object value) {
            F success = result.fieldForId(SUCCESS_FIELD);
            if (success != null) {
              result.setFieldValue(success, value);
            }
            answer.complete(result.deepCopy());
          }

          @Override
          public void onError(Exception e) {
            answer.completeExceptionally(e);
          }
        };
    try {
      AsyncProcessFunction function = methods.get(method);
      function.start(handler, arguments.deepCopy(), callback);
    } catch (TException e) {
      answer.completeExceptionally(e);
    }
    return answer;
  }
}
