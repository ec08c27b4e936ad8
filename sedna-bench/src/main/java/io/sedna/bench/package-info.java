/**
 * Load on a running instance, with figures, and micro-benchmarks. Uses everything public; nothing
 * uses it.
 */
package io.sedna.bench;
