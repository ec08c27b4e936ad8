/**
 * Typed configuration: one class an area, sedna-default.xml and sedna-site.xml. Uses nothing else
 * of Sedna but {@code io.sedna.common}.
 */
package io.sedna.common.conf;
