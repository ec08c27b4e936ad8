// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.cli.shell;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sedna.common.error.SednaException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One JSON object a line, for programs: a row by its columns' names, {@code {"message":…}}, {@code
 * {"warning":…}} or {@code {"error":…}}. Bytes are escaped as in the shell's own syntax, so any key
 * or value has a form.
 */
final class JsonOutput implements ShellOutput {
  private final ObjectMapper mapper = new ObjectMapper();
  private final PrintStream out;

  JsonOutput(PrintStream out) {
    this.out = out;
  }

  @Override
  public Rows rows(List<String> columns) {
    return new Rows() {
      @Override
      public void add(Object... cells) {
        var object = new LinkedHashMap<String, Object>();
        for (int i = 0; i < cells.length; i++) {
          object.put(
              columns.get(i), cells[i] instanceof byte[] bytes ? Escaping.escape(bytes) : cells[i]);
        }
        print(object);
      }

      @Override
      public void close() {
        out.flush();
      }
    };
  }

  @Override
  public void message(String text) {
    print(Map.of("message", text));
  }

  @Override
  public void warning(String text) {
    print(Map.of("warning", text));
  }

  @Override
  public void progress(String what, long done, long total) {}

  @Override
  public void error(SednaException failure) {
    var error = new LinkedHashMap<String, Object>();
    error.put("code", failure.code().number());
    error.put("name", failure.code().name());
    error.put("category", failure.category().name());
    error.put("message", failure.getMessage());
    print(Map.of("error", error));
  }

  private void print(Map<String, ?> object) {
    try {
      out.println(mapper.writeValueAsString(object));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not to be written as JSON: " + object, e);
    }
  }
}
