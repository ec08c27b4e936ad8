/** What the commands of the benchmarks share. */
package io.sedna.bench.cli;
