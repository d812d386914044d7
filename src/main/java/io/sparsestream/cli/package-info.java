/** The command line: one small class per command. */
package io.sparsestream.cli;
