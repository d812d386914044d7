package io.sparsestream.model;

import java.util.Map;

/**
 * What a file format keeps.
 *
 * @param tensors float32 arrays by name
 * @param metadata text by name
 */
record Content(Map<String, float[]> tensors, Map<String, String> metadata) {}
