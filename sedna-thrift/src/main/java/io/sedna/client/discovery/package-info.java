/**
 * Finds an instance's daemons through ZooKeeper, for clients that were given no address. Uses
 * {@code io.sedna.common} and Curator.
 */
package io.sedna.client.discovery;
