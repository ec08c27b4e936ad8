/**
 * Says of recorded histories of operations whether they are what Sedna promises: linearizable for
 * strong tables; convergent, without a lost write, for eventual ones. Used by tests that break
 * things, and by {@code bin/sedna chaos}. Pure: no clock, no threads, no network of its own. Uses
 * nothing else of Sedna.
 */
package io.sedna.common.verify;
