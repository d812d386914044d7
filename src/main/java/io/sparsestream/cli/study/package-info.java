/** Commands that look for good settings: sweep and simulate. */
package io.sparsestream.cli.study;
