/**
 * Runs instances on a YARN cluster from outside: {@link io.sedna.yarn.client.SednaYarnClient}. Used
 * by the command line, and by programs that do as it does. May use {@code io.sedna.yarn.launch},
 * {@code io.sedna.client} and ZooKeeper.
 */
package io.sedna.yarn.client;
