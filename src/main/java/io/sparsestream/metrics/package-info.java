/** What is measured: training, Kafka and the JVM, as Micrometer meters. */
package io.sparsestream.metrics;
