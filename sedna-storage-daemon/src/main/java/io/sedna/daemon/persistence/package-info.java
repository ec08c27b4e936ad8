/**
 * Snapshots on any Hadoop file system: what a daemon writes and reads on the controller's order,
 * and what the active controller decides (when, of which tables, committed or cleaned up, restored
 * or left alone). All of it blocks and runs on threads of its own, never on event loops. Uses
 * Hadoop's FileSystem, {@code io.sedna.common}, the generated Thrift structures, {@code
 * io.sedna.daemon.engine} and {@code io.sedna.daemon.cluster}.
 */
package io.sedna.daemon.persistence;
