/** Linear algebra by the native libraries that come with ND4J; the only importer of them. */
package io.sparsestream.learn.nd4j;
