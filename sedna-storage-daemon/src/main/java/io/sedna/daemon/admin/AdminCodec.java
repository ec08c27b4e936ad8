// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.admin;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import org.apache.thrift.TBase;
import org.apache.thrift.TDeserializer;
import org.apache.thrift.TException;
import org.apache.thrift.TSerializer;
import org.apache.thrift.protocol.TBinaryProtocol;

/** Arguments and answers of administrative calls that are passed on, as bytes. */
final class AdminCodec {
  /** Field id that Thrift gives the value in a METHOD_result. */
  static final int SUCCESS = 0;

  private AdminCodec() {}

  static byte[] write(TBase<?, ?> struct) {
    try {
      return new TSerializer(new TBinaryProtocol.Factory()).serialize(struct);
    } catch (TException e) {
      throw new SednaException(
          ErrorCode.INVALID_ARGUMENT, "cannot pass the call on: " + e.getMessage(), e);
    }
  }

  static <T extends TBase<?, ?>> T read(T empty, byte[] bytes) {
    try {
      new TDeserializer(new TBinaryProtocol.Factory()).deserialize(empty, bytes);
      return empty;
    } catch (TException e) {
      throw new SednaException(
          ErrorCode.PROTOCOL_ERROR, "a call that was passed on is garbled: " + e.getMessage(), e);
    }
  }
}
