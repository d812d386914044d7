/** A model for each key: one task learns all models of its partition. */
package io.sparsestream.stream.keyed;
