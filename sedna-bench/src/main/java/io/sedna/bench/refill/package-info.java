/**
 * How fast the copies of a lost daemon are made again, and what clients notice of it: {@code
 * bin/sedna bench refill}. Daemons are processes of their own ({@code io.sedna.bench.compare}).
 */
package io.sedna.bench.refill;
