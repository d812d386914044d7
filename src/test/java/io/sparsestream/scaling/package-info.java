/** How training scales over partitions: measured on real processes, and a model of it for clusters that are not here. */
package io.sparsestream.scaling;
