/**
 * Snapshots on any Hadoop file system: their layout, the Avro files and the manifest. Shared by the
 * daemon, which writes and restores them, and by MapReduce input, which reads them without a
 * daemon. Avro and Jackson stay inside: no public signature names them, because clusters have
 * versions of their own. Uses nothing else of Sedna but {@code io.sedna.common}.
 */
package io.sedna.common.snapshot;
