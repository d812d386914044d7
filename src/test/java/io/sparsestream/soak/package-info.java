/** Lets the real pipeline run for hours and shows that nothing grows, for {@code scripts/soak-test}. */
package io.sparsestream.soak;
