/**
 * The load generator: event loops that send requests and record how long their answers took. It is
 * written to leave the processors to the server that it shares the machine with: no request costs
 * an object, a future or a task.
 *
 * <p>{@code LoadCommand} is what users call, {@code Load} what other benchmarks do; a {@code
 * LoadThread} owns an event loop and its {@code LoadConnection}s, and a {@code LoadResult} is what
 * comes of it.
 */
package io.sedna.bench.load;
