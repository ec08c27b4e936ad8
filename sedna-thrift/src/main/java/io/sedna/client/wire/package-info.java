/**
 * The four calls that make nearly all of a client's traffic, straight to and from Netty's buffers
 * in Thrift's strict binary protocol, byte for byte what the generated classes write, without those
 * classes between. Uses {@code io.sedna.common.error} and, for errors, the generated one.
 *
 * @see <a href="https://github.com/apache/thrift/blob/master/doc/specs/thrift-binary-protocol.md">
 *     Thrift's binary protocol</a>
 */
package io.sedna.client.wire;
