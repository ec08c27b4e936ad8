// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine.log;

import org.apache.hadoop.classification.InterfaceAudience;

/** What a segment is used for. */
@InterfaceAudience.Private
public enum SegmentKind {
  FREE,
  /** A log head: records are being appended. */
  OPEN,
  /** Full of records, dead ones among them. */
  CLOSED,
  /** The cleaner is moving its records. */
  CLEANING,
  /** One of a chain that holds one large record. */
  CHAIN,
  /** Buckets of indexes. */
  INDEX
}
