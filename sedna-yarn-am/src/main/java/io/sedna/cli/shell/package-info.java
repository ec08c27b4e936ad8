/**
 * The shell: statements typed or read from scripts, carried out by {@code SednaClient}. Parsing,
 * commands and output know nothing of terminals; only {@code Terminal…} classes use JLine. May use
 * the client, nothing of YARN or Hadoop but its settings.
 */
package io.sedna.cli.shell;
