// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * One version of a value.
 *
 * @param value not copied: the caller's to keep, as the client keeps none
 * @param timestamp hybrid logical timestamp of the write
 * @param source who wrote it; 0 where the writer gave none
 * @param expiresAtMs when it stops being visible, in milliseconds since 1970; 0: never
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record VersionedValue(byte[] value, long timestamp, int source, long expiresAtMs) {}
