/** Datasets of images as files: reading and checking. */
package io.sparsestream.dataset;
