// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has to be closed, last opened first; each once, whatever the others do. */
final class Closing {
  private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

  private final Map<String, AutoCloseable> parts = new LinkedHashMap<>();

  @CanIgnoreReturnValue
  <T extends AutoCloseable> T add(String name, T part) {
    parts.put(name, part);
    return part;
  }

  /** Before its turn. */
  void close(String name) {
    AutoCloseable part = parts.remove(name);
    if (part == null) {
      return;
    }
    try {
      part.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.warn("cannot close {} cleanly", name, e);
    }
  }

  /** Its turn never comes. */
  void forget(String name) {
    parts.remove(name);
  }

  void closeAll() {
    while (!parts.isEmpty()) {
      String last = null;
      for (String name : parts.keySet()) {
        last = name;
      }
      close(last);
    }
  }
}
