/** Commands that run until told otherwise: train and score. */
package io.sparsestream.cli.train;
