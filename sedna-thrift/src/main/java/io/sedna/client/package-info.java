/**
 * The Java client: routed by the partition map, pipelined, retrying within a deadline. Uses {@code
 * io.sedna.common}, {@code io.sedna.client.rpc}, {@code io.sedna.client.wire}, {@code
 * io.sedna.thrift.convert} and the generated types; nothing of a daemon.
 */
package io.sedna.client;
