/** The trainer: the application that runs one of the three topologies under stream/. */
package io.sparsestream.trainer;
