/** A Kafka Streams application as a process: how it starts, starts again when the clock is set back, tells its health, and says in one line why it failed. */
package io.sparsestream.application;
