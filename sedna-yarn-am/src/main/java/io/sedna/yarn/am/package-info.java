/**
 * The application master: keeps the daemons of one instance running. {@link
 * io.sedna.yarn.am.SlotTable} and {@link io.sedna.yarn.am.Placer} decide, from values alone; the
 * rest carries out what they decide, on one thread. Nothing of a daemon's service depends on it
 * being there. May use {@code io.sedna.yarn.launch}, {@code io.sedna.yarn.web}, {@code
 * io.sedna.client} and ZooKeeper.
 */
package io.sedna.yarn.am;
