/**
 * Administrative calls: done here, by this daemon's controller, or passed to the daemon whose
 * controller is active. Uses {@code controller}, {@code server}'s interfaces, {@code cluster},
 * {@code engine}, {@code metrics}, {@code persistence}' interfaces and the RPC client.
 */
package io.sedna.daemon.admin;
