// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.chaos;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What daemons become in a rolling upgrade.
 *
 * @param installation directory whose bin/sedna they are run by; nothing: this one's
 * @param settings KEY=VALUE, besides those that they have
 */
record Upgrade(Optional<Path> installation, List<String> settings) {
  List<String> arguments() {
    return settings.stream().map(setting -> "-D" + setting).toList();
  }

  @Override
  public String toString() {
    return installation.map(Path::toString).orElse("this installation")
        + (settings.isEmpty() ? "" : " with " + String.join(", ", settings));
  }
}
