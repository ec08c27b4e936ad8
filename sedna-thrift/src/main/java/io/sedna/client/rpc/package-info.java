/**
 * Framed Thrift over Netty: what the client and the daemons call other daemons with. Knows nothing
 * of partitions, tables or retries. Uses {@code io.sedna.common.error}, {@code
 * io.sedna.thrift.convert} and the generated error.
 */
package io.sedna.client.rpc;
