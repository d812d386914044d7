/** Commands that bring what a trainer reads from: a broker, and a replay of a dataset. */
package io.sparsestream.cli.feed;
