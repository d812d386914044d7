package io.sparsestream.web;

/**
 * One of a run's final figures.
 *
 * @param name such as {@code test loss}
 * @param value as people read it
 */
public record Figure(String name, String value) {}
