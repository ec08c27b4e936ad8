/**
 * Records in memory: stores of one partition each, and what holds them together. Takes bytes,
 * versions and a clock; uses nothing but the JDK and {@code io.sedna.common}.
 */
package io.sedna.daemon.engine;
