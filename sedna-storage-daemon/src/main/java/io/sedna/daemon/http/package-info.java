/**
 * A daemon's HTTP port: metrics for Prometheus, health, readiness and a page for people. Uses the
 * JDK's HTTP server, Prometheus' client, {@code io.sedna.common}, and of the daemon {@code engine},
 * {@code cluster} and {@code metrics}.
 */
package io.sedna.daemon.http;
