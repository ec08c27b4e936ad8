/**
 * The Thrift port: frames, dispatch, checks of what clients send. Uses Netty, the generated
 * interfaces, {@code replication} and {@code cluster}; knows nothing of how the administrative
 * calls are done.
 */
package io.sedna.daemon.server;
