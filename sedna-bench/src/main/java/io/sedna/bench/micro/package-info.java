/** JMH benchmarks of parts of the daemon alone, without network: {@code bin/sedna bench micro}. */
package io.sedna.bench.micro;
