/**
 * Typed configuration: one record an area, with each key and its default side by side. Every key
 * stands in sedna-default.xml too, and on the documentation's configuration page; a test keeps the
 * three equal. Uses nothing else of Sedna but {@code io.sedna.common}.
 */
package io.sedna.common.conf;
