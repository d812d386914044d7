/** The embedded Kafka broker: the default that needs no installation. */
package io.sparsestream.broker;
