/** Looking at a reconstructions topic: each reconstruction with the image that it came from, and both as text. */
package io.sparsestream.watch;
