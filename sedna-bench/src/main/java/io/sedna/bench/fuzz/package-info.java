/**
 * {@code bin/sedna bench fuzz}: sends a running daemon's ports what they should not be sent, and
 * watches by connections that behave that nothing comes of it. An {@code Attacker} opens a
 * connection for each input and checks what is answered; a {@code Canary} keeps one connection and
 * knows each answer; {@code Fuzz} runs them until the time is over or the first of them complains.
 */
package io.sedna.bench.fuzz;
