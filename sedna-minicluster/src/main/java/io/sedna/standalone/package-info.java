/**
 * {@code bin/sedna standalone}: an instance with its ZooKeeper in one process, for development.
 * Data is kept by snapshots on the local disk. May use everything of Sedna but the quickstart;
 * nothing uses it.
 */
package io.sedna.standalone;
