/** Images in, learning, reconstructions out: the Kafka Streams topology and its checkpoint. It knows no BLAS. */
package io.sparsestream.stream;
