/**
 * {@code bin/sedna quickstart}: a Hadoop cluster inside this machine, Sedna submitted to it by the
 * same launcher that a real cluster uses, and real work checked against a count that uses neither.
 * May use everything of Sedna; nothing uses it.
 */
package io.sedna.quickstart;
