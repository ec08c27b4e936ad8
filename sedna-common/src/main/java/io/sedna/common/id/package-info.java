/** Names of things. Uses nothing else of Sedna but {@code io.sedna.common}. */
package io.sedna.common.id;
