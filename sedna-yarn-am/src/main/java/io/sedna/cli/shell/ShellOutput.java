// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import io.sedna.common.error.SednaException;
import java.util.List;

/**
 * How answers are shown. A cell is a String, a Number, a Boolean, null for nothing, or a byte
 * array, which is escaped.
 */
interface ShellOutput {
  /** Begins a table; close it to see all of it. */
  Rows rows(List<String> columns);

  /** One sentence. */
  void message(String text);

  /** Something that people should know besides, in one sentence. */
  void warning(String text);

  /** How far a long operation is; may be shown or not. */
  void progress(String what, long done, long total);

  /** Why a statement failed. */
  void error(SednaException failure);

  /** Rows of one table, shown as they come. */
  interface Rows extends AutoCloseable {
    void add(Object... cells);

    @Override
    void close();
  }
}
