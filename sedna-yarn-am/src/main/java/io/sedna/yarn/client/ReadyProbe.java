// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.client;

import io.sedna.thrift.generated.MemberInfo;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks a daemon's HTTP port whether it can do its whole part, which also tells of a restore that
 * has not made its tables yet.
 */
final class ReadyProbe {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int READY = 200;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

  /**
   * Why the daemon is not ready; empty if it is, or if its HTTP port cannot be reached from here.
   */
  Optional<String> whyNot(MemberInfo member) {
    try {
      var uri = new URI("http", null, member.getHost(), member.getHttpPort(), "/ready", null, null);
      var response =
          http.send(
              HttpRequest.newBuilder(uri).timeout(PATIENCE).build(),
              HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == READY
          ? Optional.empty()
          : Optional.of(member.getNodeId() + ": " + response.body().strip());
    } catch (IOException | URISyntaxException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }
}
