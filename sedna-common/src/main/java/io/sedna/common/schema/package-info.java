/** Tables and the limits of records. Uses nothing else of Sedna but {@code io.sedna.common}. */
package io.sedna.common.schema;
