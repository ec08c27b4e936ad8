// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication.strong;

import io.sedna.common.hash.KeyHash;
import io.sedna.thrift.generated.RequestId;
import io.sedna.thrift.peer.PrimaryCallKind;
import java.nio.ByteBuffer;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * A change of one record that only its partition's primary can decide.
 *
 * @param hash of the key, by its table
 * @param value to be stored, or appended; empty where there is none
 * @param number the timestamp that is expected, or what is to be added
 * @param expiresAtMs of the new value, milliseconds since 1970, 0: never; of a removal, when its
 *     tombstone may go
 * @param request names the change, so that it is done once; null: it may be done again
 */
@InterfaceAudience.Private
public record PrimaryCall(
    PrimaryCallKind kind,
    byte[] key,
    long hash,
    byte[] value,
    long number,
    long expiresAtMs,
    int source,
    int flags,
    RequestId request) {

  PrimaryCall withRequest(RequestId id) {
    return new PrimaryCall(kind, key, hash, value, number, expiresAtMs, source, flags, id);
  }

  io.sedna.thrift.peer.PrimaryCall toPeer() {
    return new io.sedna.thrift.peer.PrimaryCall(
            kind, ByteBuffer.wrap(key), ByteBuffer.wrap(value), number, expiresAtMs, source, flags)
        .setRequest(request);
  }

  static PrimaryCall fromPeer(io.sedna.thrift.peer.PrimaryCall call, KeyHash hash) {
    byte[] key = call.getKey();
    return new PrimaryCall(
        call.getKind(),
        key,
        hash.hash(key),
        call.getValue(),
        call.getNumber(),
        call.getExpiresAtMs(),
        call.getSource(),
        call.getFlags(),
        call.getRequest());
  }
}
