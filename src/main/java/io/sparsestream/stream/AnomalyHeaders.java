package io.sparsestream.stream;

import io.sparsestream.message.HeaderName;
import org.apache.kafka.common.header.Headers;

/** The headers that say how unlike those before it a record is. */
public final class AnomalyHeaders {
    private AnomalyHeaders() {}

    /** Adds those that are known: NaN is not. */
    public static void add(Headers headers, double deviation, double rank) {
        add(headers, HeaderName.ANOMALY, deviation);
        add(headers, HeaderName.ANOMALY_RANK, rank);
    }

    private static void add(Headers headers, String name, double value) {
        if (!Double.isNaN(value)) {
            headers.add(name, HeaderName.decimal(rounded(value)));
        }
    }

    /** Four decimals are enough to compare by. */
    private static double rounded(double value) {
        return Math.rint(value * 1e4) / 1e4;
    }
}
