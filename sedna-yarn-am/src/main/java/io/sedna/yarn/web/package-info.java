/**
 * The application master's web page: what the tracking URL of an instance shows. Knows values only,
 * so uses nothing else of Sedna.
 */
package io.sedna.yarn.web;
