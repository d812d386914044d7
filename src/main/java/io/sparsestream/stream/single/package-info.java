/** One model learned by one task: the topology, its processor, and the recipe of the task, which a replica follows, too. */
package io.sparsestream.stream.single;
