/**
 * Records in memory outside the heap, as an append-only log of segments (Rumble, Kejriwal,
 * Ousterhout, Log-structured Memory for DRAM-based Storage, FAST 2014): where the bytes of records
 * are, not how they are found. Uses nothing but the JDK and {@link io.sedna.daemon.engine.OffHeap}.
 */
package io.sedna.daemon.engine.log;
