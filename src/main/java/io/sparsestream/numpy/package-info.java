/** NumPy's files: the headers of arrays, for models and for datasets. */
package io.sparsestream.numpy;
