/** What a daemon counts. Uses nothing but the JDK. */
package io.sedna.daemon.metrics;
