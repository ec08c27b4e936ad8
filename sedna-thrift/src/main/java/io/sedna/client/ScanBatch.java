// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client;

import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;
import org.apache.hadoop.classification.InterfaceStability;

/**
 * The next records of a scan, in unsigned order of their hashes.
 *
 * @param done nothing is left in the range
 * @param nextHash where to go on: the startHash of the next scan; meaningless when done
 */
@InterfaceAudience.Public
@InterfaceStability.Evolving
public record ScanBatch(List<Record> records, boolean done, long nextHash) {}
