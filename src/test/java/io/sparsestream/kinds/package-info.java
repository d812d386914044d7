/** Learns models of any kind offline, without Kafka, and measures them: how settings are found, for {@code scripts/kinds}. */
package io.sparsestream.kinds;
