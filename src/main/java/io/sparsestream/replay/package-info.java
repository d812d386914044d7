/** A dataset as a stream: its images onto the images topic. */
package io.sparsestream.replay;
