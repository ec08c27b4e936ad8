// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.bench.compare;

/** The comparisons of {@link ReplicationCommand}, by the names that users choose them by. */
enum ReplicationRow {
  JAVA("java"),
  THRIFT("thrift"),
  THRIFT_ALL("thrift-all"),
  JAVA_ALL("java-all");

  private final String id;

  ReplicationRow(String id) {
    this.id = id;
  }

  @Override
  public String toString() {
    return id;
  }
}
