// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.admin;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import io.sedna.thrift.convert.Errors;
import io.sedna.thrift.generated.Sedna;
import io.sedna.thrift.peer.SednaForward;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.thrift.AsyncProcessFunction;
import org.apache.thrift.TBase;
import org.apache.thrift.TException;
import org.apache.thrift.async.AsyncMethodCallback;

/**
 * Takes administrative calls that another daemon passed on. What it calls never passes them on
 * again, so a call makes one hop at most.
 */
@InterfaceAudience.Private
public final class ForwardTarget implements SednaForward.AsyncIface {
  /** Only these: data calls have better ways to their daemon. */
  private static final Set<String> METHODS =
      Set.of(
          "createTable",
          "alterTable",
          "dropTable",
          "truncateTable",
          "clusterState",
          "drain",
          "undrain",
          "repair",
          "rebalance",
          "acceptLoss",
          "freeze",
          "thaw",
          "snapshot",
          "listSnapshots",
          "deleteSnapshot",
          "restore",
          "describeOperation");

  private final Sedna.AsyncIface local;
  private final Map<String, AsyncProcessFunction<Sedna.AsyncIface, ?, ?, ?>> functions;

  /**
   * @param local does every call here and now
   */
  public ForwardTarget(Sedna.AsyncIface local) {
    this.local = local;
    this.functions =
        Map.copyOf(new Sedna.AsyncProcessor<Sedna.AsyncIface>(local).getProcessMapView());
  }

  @Override
  public void administer(
      String method, ByteBuffer arguments, AsyncMethodCallback<ByteBuffer> callback) {
    AsyncProcessFunction<Sedna.AsyncIface, ?, ?, ?> function =
        METHODS.contains(method) ? functions.get(method) : null;
    if (function == null) {
      callback.onError(
          new SednaException(
              ErrorCode.NOT_SUPPORTED, "not an administrative call: '" + method + "'"));
      return;
    }
    try {
      call(function, arguments, callback);
    } catch (TException | RuntimeException e) {
      callback.onError(Errors.of(e));
    }
  }

  private <A extends TBase<?, ?>, R, T extends TBase<?, ?>> void call(
      AsyncProcessFunction<Sedna.AsyncIface, A, R, T> function,
      ByteBuffer arguments,
      AsyncMethodCallback<ByteBuffer> callback)
      throws TException {
    byte[] bytes = new byte[arguments.remaining()];
    arguments.duplicate().get(bytes);
    A args = AdminCodec.read(function.getEmptyArgsInstance(), bytes);
    function.start(local, args, new Answer<>(function.getEmptyResultInstance(), callback));
  }

  private record Answer<R>(TBase<?, ?> result, AsyncMethodCallback<ByteBuffer> callback)
      implements AsyncMethodCallback<R> {
    @Override
    @SuppressWarnings({"unchecked", "rawtypes"})
    public void onComplete(R value) {
      TBase raw = result;
      var success = raw.fieldForId(AdminCodec.SUCCESS);
      if (success != null) {
        raw.setFieldValue(success, value);
      }
      callback.onComplete(ByteBuffer.wrap(AdminCodec.write(raw)));
    }

    @Override
    public void onError(Exception failure) {
      callback.onError(failure);
    }
  }
}
