// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.yarn.am;

/**
 * A container that YARN gave.
 *
 * @param id container id
 * @param node host:port of its node manager
 */
record HeldContainer(String id, String node) {
  String host() {
    var colon = node.lastIndexOf(':');
    return colon < 0 ? node : node.substring(0, colon);
  }
}
