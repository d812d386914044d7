package io.sparsestream.bench.anomaly;

import com.yahoo.labs.samoa.instances.Attribute;
import com.yahoo.labs.samoa.instances.DenseInstance;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.Instances;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import moa.classifiers.AbstractClassifier;
import moa.classifiers.oneclass.Autoencoder;
import moa.classifiers.oneclass.HSTrees;

/** A detector of MOA (A. Bifet et al., "MOA: Massive Online Analysis", JMLR 11, 2010) with its default options. */
final class MoaDetector {
    private final AbstractClassifier detector;
    private final ToDoubleFunction<Instance> score;
    private final Instances header;
    private final int inputs;
    private boolean hasLearned;

    private MoaDetector(AbstractClassifier detector, ToDoubleFunction<Instance> score, int inputs, long seed) {
        this.detector = detector;
        this.score = score;
        this.inputs = inputs;
        List<Attribute> attributes = new ArrayList<>();
        for (int i = 0; i < inputs; i++) {
            attributes.add(new Attribute("input" + i));
        }
        attributes.add(new Attribute("class", List.of("normal", "anomaly")));
        header = new Instances("records", attributes, 0);
        header.setClassIndex(inputs);
        detector.setRandomSeed(Math.toIntExact(seed));
        detector.setModelContext(new InstancesHeader(header));
        detector.prepareForUse();
    }

    /** Streaming half-space trees (S. Tan, K. Ting, T. Liu, IJCAI 2011). */
    static MoaDetector halfSpaceTrees(int inputs, long seed) {
        HSTrees trees = new HSTrees();
        return new MoaDetector(trees, trees::getAnomalyScore, inputs, seed);
    }

    /** An autoencoder of two hidden units, which learns from each record. */
    static MoaDetector autoencoder(int inputs, long seed) {
        Autoencoder autoencoder = new Autoencoder();
        return new MoaDetector(autoencoder, autoencoder::getAnomalyScore, inputs, seed);
    }

    /** Scores each record, then learns from it; min-max scaled, as these detectors ask for. The labels are hidden from them. */
    double[] scores(LabelledRecords records) {
        MinMax scaling = new MinMax(inputs);
        double[] scores = new double[records.size()];
        for (int i = 0; i < scores.length; i++) {
            double[] values = new double[inputs + 1]; // with the class, which is always the first one
            scaling.scale(records.values(), i * inputs, values);
            Instance instance = new DenseInstance(1, values);
            instance.setDataset(header);
            scores[i] = hasLearned ? score.applyAsDouble(instance) : 0;
            detector.trainOnInstance(instance);
            hasLearned = true;
        }
        return scores;
    }
}
