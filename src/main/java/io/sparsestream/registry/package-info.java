/** A schema registry of Confluent's interface, by HTTP: schemas of Avro records by their ids, and new ones. */
package io.sparsestream.registry;
