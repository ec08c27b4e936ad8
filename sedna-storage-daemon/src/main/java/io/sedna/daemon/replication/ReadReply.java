// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.daemon.replication;

import io.sedna.common.error.SednaException;
import io.sedna.daemon.engine.StoredRecord;
import org.apache.hadoop.classification.InterfaceAudience;

/**
 * How the read of one key ended: what R replicas hold of it, merged, or an error.
 *
 * @param record null where there is an error
 * @param error null where there is a record
 */
@InterfaceAudience.Private
public record ReadReply(StoredRecord record, SednaException error) {}
