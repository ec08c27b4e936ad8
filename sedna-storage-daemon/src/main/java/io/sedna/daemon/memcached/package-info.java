// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
/**
 * memcached's text protocol, classic and meta commands, over one table. Requests are parsed where
 * they lie in the network's buffers and answered by the event loop that read them, by the short way
 * to this daemon's memory where there is one. May use {@code replication} for the records, {@code
 * server} for the port and its checks, {@code engine} for memory by address.
 */
package io.sedna.daemon.memcached;
