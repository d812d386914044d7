/** Records that are labelled as anomalies or not, how well scores rank them, and MOA's detectors, which ours is compared with. */
package io.sparsestream.bench.anomaly;
