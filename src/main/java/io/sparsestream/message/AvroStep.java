package io.sparsestream.message;

/** What is done with the next value of an Avro record: it is read or skipped. */
@FunctionalInterface
interface AvroStep {
    /** @throws Misfit if the value does not fit, or is cut off */
    void take(AvroBody body) throws Misfit;
}
