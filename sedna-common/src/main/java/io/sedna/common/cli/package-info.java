/**
 * What a module offers to Sedna's command line. Uses nothing else of Sedna but {@code
 * io.sedna.common}.
 */
package io.sedna.common.cli;
