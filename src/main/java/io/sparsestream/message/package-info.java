/** The records of the topics: their headers, values and JSON. */
package io.sparsestream.message;
