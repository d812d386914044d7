/** Commands that bring what a trainer reads from: a broker, topics, and a replay of a dataset. */
package io.sparsestream.cli.feed;
