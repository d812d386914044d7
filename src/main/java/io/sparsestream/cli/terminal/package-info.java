/** What a person sees of a command: lines, bars, refusals in one line. */
package io.sparsestream.cli.terminal;
