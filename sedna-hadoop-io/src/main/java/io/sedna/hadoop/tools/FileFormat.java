// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.hadoop.tools;

/** How tables are written to files. */
enum FileFormat {
  /** Key, tab, value, as {@link Tsv} escapes them; with versions: timestamp, source, expiry too. */
  TSV,
  /** Hadoop's sequence file of BytesWritable and SednaRecord. */
  SEQ
}
