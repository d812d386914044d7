/** One model learned by several replicas: what a replica does otherwise than the task of one model, and the averager that closes their rounds. */
package io.sparsestream.stream.rounds;
