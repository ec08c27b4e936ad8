// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * One record of a scan.
 *
 * @param timestamp hybrid logical timestamp of the write
 * @param source who wrote it; 0 where the writer gave none
 * @param expiresAtMs when it stops being visible, in milliseconds since 1970; 0: never
 * @param hash of the key under the table's id, to be read as unsigned: scans are in this order
 */
@SuppressWarnings("JavaLangClash") // The field's word, and nobody names java.lang.Record beside it.
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record Record(
    byte[] key, byte[] value, long timestamp, int source, long expiresAtMs, long hash) {}
