// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.launch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.io.DataOutputBuffer;
import org.apache.hadoop.security.Credentials;
import org.apache.hadoop.yarn.security.AMRMTokenIdentifier;

/** The tokens that go with a container. */
@InterfaceAudience.Private
public final class ContainerCredentials {
  private ContainerCredentials() {}

  /** All but the one that makes its holder the application master. */
  public static Credentials withoutMasterToken(Credentials credentials) {
    var kept = new Credentials(credentials);
    Map.copyOf(kept.getTokenMap())
        .forEach(
            (alias, token) -> {
              if (token.getKind().equals(AMRMTokenIdentifier.KIND_NAME)) {
                kept.removeToken(alias);
              }
            });
    return kept;
  }

  /** As a launch context takes them. */
  public static ByteBuffer serialise(Credentials credentials) throws IOException {
    try (var buffer = new DataOutputBuffer()) {
      credentials.writeTokenStorageToStream(buffer);
      return ByteBuffer.wrap(buffer.getData(), 0, buffer.getLength());
    }
  }
}
