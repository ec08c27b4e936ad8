/**
 * Load by many callers of a client library, whichever it is, for comparisons of clients. Knows
 * Sedna's client only in {@link io.sedna.bench.client.SednaTarget}.
 */
package io.sedna.bench.client;
