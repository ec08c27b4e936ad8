// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
package io.sedna.client.rpc;

/** What callers hand to a connection's event loop. */
sealed interface Queued permits PendingCall, KeyCall {}
