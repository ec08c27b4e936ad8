// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.launch;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.hadoop.io.Text;
import org.apache.hadoop.security.Credentials;
import org.apache.hadoop.security.token.Token;
import org.apache.hadoop.yarn.security.AMRMTokenIdentifier;
import org.junit.Test;

public class ContainerCredentialsTest {
  @Test
  public void shouldKeepAllTokensButTheMasters() {
    var credentials = new Credentials();
    credentials.addToken(new Text("rm"), token(AMRMTokenIdentifier.KIND_NAME));
    credentials.addToken(new Text("fs"), token(new Text("HDFS_DELEGATION_TOKEN")));

    var kept = ContainerCredentials.withoutMasterToken(credentials);

    assertThat(kept.getTokenMap().keySet()).containsExactly(new Text("fs"));
    assertThat(credentials.numberOfTokens()).isEqualTo(2);
  }

  private static Token<?> token(Text kind) {
    return new Token<>(new byte[1], new byte[1], kind, new Text("service"));
  }
}
