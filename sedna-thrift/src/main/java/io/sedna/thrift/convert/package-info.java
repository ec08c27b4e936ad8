/**
 * Between the generated structs and the types of {@code io.sedna.common}. Uses those two and
 * nothing else.
 */
package io.sedna.thrift.convert;
