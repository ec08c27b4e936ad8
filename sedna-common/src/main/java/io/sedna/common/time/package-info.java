/**
 * Time: the wall clock that everything is given, and the hybrid logical clock that stamps writes.
 * Uses nothing else of Sedna but {@code io.sedna.common.error}.
 */
package io.sedna.common.time;
