/** Commands that steer a model while it learns. */
package io.sparsestream.cli.steer;
