/** Models side by side on one split of a dataset: measures, tables, charts, pictures. It knows no Kafka. */
package io.sparsestream.compare;
