package io.sparsestream.stream;

/** Whether images are fetched. Used on the stream thread. */
interface ImageFlow {
    /**
     * Fetches no more; some that have been fetched may still come.
     *
     * @throws IllegalArgumentException if that is not possible
     */
    void pause();

    void resume();
}
