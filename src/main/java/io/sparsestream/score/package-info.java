/** Scoring: images in; reconstruction, code and anomaly score by the newest published model out. */
package io.sparsestream.score;
