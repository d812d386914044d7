/** Datasets of images, and records of any kind, as files: reading and checking. */
package io.sparsestream.dataset;
