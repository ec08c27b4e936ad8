// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
/** Carries over sockets what replication says to other daemons. Uses Netty and the RPC client. */
@InterfaceAudience.Private
package io.sedna.daemon.peer;

import org.apache.hadoop.classification.InterfaceAudience;
