// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.common.conflict;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * What one source has written under a key.
 *
 * @param source who wrote it
 * @param timestamp of the write, a hybrid logical timestamp
 * @param value the bytes; not to be changed
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record SourceValue(int source, long timestamp, byte[] value) {}
