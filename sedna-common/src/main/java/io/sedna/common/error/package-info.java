/**
 * Numbered error codes in four categories. Uses nothing else of Sedna but {@code io.sedna.common}.
 */
package io.sedna.common.error;
