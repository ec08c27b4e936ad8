/**
 * The partition map: who holds what, versioned by epoch. Uses nothing else of Sedna but {@code
 * io.sedna.common}.
 */
package io.sedna.common.partition;
