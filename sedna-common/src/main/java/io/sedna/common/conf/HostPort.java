// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conf;

import io.sedna.common.error.ErrorCode;
import io.sedna.common.error.SednaException;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/** Where a daemon or a server listens; IPv6 addresses are written as {@code [::1]:7720}. */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record HostPort(String host, int port) {
  private static final int MAX_PORT = 65_535;

  /**
   * @throws SednaException with {@link ErrorCode#INVALID_ARGUMENT} that quotes the text
   */
  public static HostPort parse(String text) {
    String trimmed = text.trim();
    int colon = trimmed.lastIndexOf(':');
    String host = colon < 0 ? "" : trimmed.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw illegal(text);
    }
    if (host.isEmpty()) {
      throw illegal(text);
    }
    try {
      int port = Integer.parseInt(trimmed.substring(colon + 1));
      if (port < 1 || port > MAX_PORT) {
        throw illegal(text);
      }
      return new HostPort(host, port);
    } catch (NumberFormatException e) {
      throw illegal(text);
    }
  }

  /** Addresses separated by commas; empty parts are skipped. */
  public static List<HostPort> parseList(String text) {
    return Arrays.stream(text.split(","))
        .filter(part -> !part.isBlank())
        .map(HostPort::parse)
        .toList();
  }

  private static SednaException illegal(String text) {
    return new SednaException(
        ErrorCode.INVALID_ARGUMENT,
        "illegal address: '" + text + "' is not host:port with a port of 1 to " + MAX_PORT);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
