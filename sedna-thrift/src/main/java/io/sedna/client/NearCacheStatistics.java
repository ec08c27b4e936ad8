// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * What a near cache has done since its client was made.
 *
 * @param hits reads of keys that were answered from it
 * @param misses reads of keys that daemons were asked for
 * @param evictions records that made room for others, or were past their time
 * @param records held now, about
 * @param bytes held now, overhead included, about
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record NearCacheStatistics(
    long hits, long misses, long evictions, long records, long bytes) {}
