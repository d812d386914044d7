/** Makes the pictures of the documents, for {@code scripts/pictures}. */
package io.sparsestream.pictures;
