/** Topics outside of Kafka Streams: their names, their set-up, and the clients that read and write them. */
package io.sparsestream.topic;
