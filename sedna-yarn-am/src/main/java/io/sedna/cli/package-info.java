/**
 * Sedna's command line: the root command, the commands that run instances on a cluster, and the
 * dispatch to tools that other modules offer. May use everything of Sedna but the daemon's inner
 * packages; nothing but {@code io.sedna.cli} uses it, except programs that run a command as a user
 * would.
 */
package io.sedna.cli;
