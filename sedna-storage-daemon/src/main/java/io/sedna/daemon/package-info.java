/**
 * The daemon: wires all parts together, as a process of its own or inside another. May use every
 * package below it; none of them uses this one.
 */
package io.sedna.daemon;
