/**
 * Decides which daemons hold which partition: pure functions of what is known, without clocks,
 * network or state. Uses only {@code io.sedna.common}.
 */
package io.sedna.daemon.placement;
