/**
 * Sedna beside other servers on one machine: {@code bin/sedna bench compare}. A {@code Row} is one
 * question; it starts the servers that it needs as processes of their own, measures them in turns,
 * and answers with a line of the table. Loads come from {@code io.sedna.bench.load}, from {@code
 * io.sedna.bench.client} or from the tools of those servers.
 */
package io.sedna.bench.compare;
