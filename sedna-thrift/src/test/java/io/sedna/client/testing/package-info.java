/** Daemons and an instance for tests of clients, with real sockets and faults on demand. */
package io.sedna.client.testing;
