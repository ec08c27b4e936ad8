/** How many bytes it takes to make replicas alike that differ. Nothing is started. */
package io.sedna.bench.repair;
