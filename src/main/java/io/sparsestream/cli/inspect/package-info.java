/** Commands that look at what is on Kafka: status and dead-letters. */
package io.sparsestream.cli.inspect;
