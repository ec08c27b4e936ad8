// Copyright the Sedna authors. SPDX-License-Identifier: Apache-2.0
/**
 * How many reads a cache table answers, beside what a cache that drops the least recently used
 * would: the engine's policy alone on made-up traces, and the engine's memory with the same.
 */
package io.sedna.bench.hitratio;
