/**
 * Measurements: the training step beside other libraries, its cost by size, and the pipeline around it. Every
 * comparison runs its sides by turns, each in a process of its own, so that both see the same machine.
 */
package io.sparsestream.bench;
