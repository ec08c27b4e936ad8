// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.server;

import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.thrift.AsyncProcessFunction;
import org.apache.thrift.TBase;
import org.apache.thrift.TBaseAsyncProcessor;
import org.apache.thrift.TException;
import org.apache.thrift.async.AsyncMethodCallback;

/** Which method of which service a message's name means. Immutable. */
@InterfaceAudience.Private
public final class Dispatcher {
  private final Map<String, Method<?, ?, ?, ?>> methods;

  private Dispatcher(Map<String, Method<?, ?, ?, ?>> methods) {
    this.methods = methods;
  }

  /** A method with whom to call. */
  static final class Method<I, A extends TBase<?, ?>, R, T extends TBase<?, ?>> {
    private final I service;
    private final AsyncProcessFunction<I, A, R, T> function;

    private Method(I service, AsyncProcessFunction<I, A, R, T> function) {
      this.service = service;
      this.function = function;
    }

    A emptyArguments() {
      return function.getEmptyArgsInstance();
    }

    T emptyResult() {
      return function.getEmptyResultInstance();
    }

    /** Arguments are what {@link #emptyArguments} gave, read from the wire. */
    @SuppressWarnings("unchecked")
    void call(TBase<?, ?> arguments, AsyncMethodCallback<R> callback) throws TException {
      function.start(service, (A) arguments, callback);
    }
  }

  /** The method, or null. */
  Method<?, ?, ?, ?> find(String name) {
    return methods.get(name);
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Collects services; not thread-safe. */
  public static final class Builder {
    private final Map<String, Method<?, ?, ?, ?>> methods = new HashMap<>();

    private Builder() {}

    /**
     * Adds every method of a service.
     *
     * @param processor the generated AsyncProcessor, for its table of methods
     * @param service whom to call
     */
    public <I> Builder add(TBaseAsyncProcessor<I> processor, I service) {
      processor
          .getProcessMapView()
          .forEach(
              (name, function) -> {
                if (methods.put(name, method(service, function)) != null) {
                  throw new IllegalArgumentException("two services have a method " + name);
                }
              });
      return this;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <I> Method<?, ?, ?, ?> method(I service, AsyncProcessFunction function) {
      return new Method(service, function);
    }

    public Dispatcher build() {
      return new Dispatcher(Map.copyOf(methods));
    }
  }
}
