// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import java.util.List;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * Records of a range in unsigned order of their hashes, those of equal hash in order of their keys
 * and never parted.
 *
 * @param done nothing is left in the range
 * @param nextHash where to go on; meaningless when done. A batch may be empty and not done.
 */
@InterfaceAudience.Private
public record ScanBatch(List<StoredRecord> records, boolean done, long nextHash) {}
