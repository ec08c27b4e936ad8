// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import java.util.List;

/**
 * One statement.
 *
 * @param words at least one
 * @param line where it begins in its script, from 1
 */
record Statement(List<Word> words, int line) {}
