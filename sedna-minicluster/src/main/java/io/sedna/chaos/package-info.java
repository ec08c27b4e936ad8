/**
 * {@code bin/sedna chaos}: a cluster of real processes on this machine, faults by a seed, clients
 * that write down every answer, and checks of what they wrote down. May use everything of Sedna.
 */
package io.sedna.chaos;
