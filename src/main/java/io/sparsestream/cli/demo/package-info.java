/** The demo: a broker, a replay and several trainers in one process. */
package io.sparsestream.cli.demo;
