/** The hash that places keys. Uses nothing else of Sedna but {@code io.sedna.common}. */
package io.sedna.common.hash;
