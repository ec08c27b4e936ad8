/**
 * Finds records of the log by the hashes of their keys: extendible hashing over buckets of a cache
 * line outside the heap, which readers use without a lock. Uses the JDK and {@code engine.log}.
 */
package io.sedna.daemon.engine.index;
