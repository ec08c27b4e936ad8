// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.engine;

import org.apache.hadoop.classification.InterfaceAudience;

/**
 * How far {@link PartitionStore#pack} came.
 *
 * @param done nothing of the range is left
 * @param nextHash where to go on; 0 if done
 */
@InterfaceAudience.Private
public record PackedRange(boolean done, long nextHash) {}
