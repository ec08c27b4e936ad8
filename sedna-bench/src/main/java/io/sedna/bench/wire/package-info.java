/**
 * The client's side of three protocols, as a load generator needs it: requests are written from
 * templates, answers are checked where they lie, and nothing is allocated for either. Knows
 * buffers, but no connections.
 */
package io.sedna.bench.wire;
