/** Data-parallel training of several replicas in one process, without a broker, to see what it does to quality. */
package io.sparsestream.simulate;
