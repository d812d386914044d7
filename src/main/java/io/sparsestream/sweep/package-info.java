/** Many settings tried at once on one pass over the images topic. */
package io.sparsestream.sweep;
