/** What is measured within one process, by JMH: {@code scripts/bench jmh}. */
package io.sparsestream.bench.jmh;
