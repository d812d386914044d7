package io.sparsestream.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a person chooses about learning. The defaults are the reference experiment's.
 *
 * @param batch images of a mini-batch
 * @param learningRate Adam's step size before the schedule, above 0
 * @param beta1 decay of Adam's first moment at each step, 0 … 1, 1 excluded
 * @param beta2 decay of Adam's second moment likewise
 * @param epsilon Adam's guard against division by zero
 * @param alpha weight of the L2 term
 * @param beta weight of the KL sparsity term: one for all hidden layers, or one for each; it applies to sigmoid layers
 *     alone, whatever it is
 * @param rho the mean activation, between 0 and 1, that the sparsity term pulls every hidden unit towards
 * @param seed of the initial weights
 * @param averagingWindow images over which the recent average activation looks back
 * @param schedule of the learning rate; null, as in what was written before there were any, is constant
 * @param activation of the encoder's layers: one for all, or one for each; null, as in what was written before there were
 *     others, is sigmoid
 * @param output what the last layer makes of its sums; null likewise
 * @param lambda weight of the penalty on the mean number of active units of each jumprelu layer
 * @param scale of the inputs; null, as in what was written before there was any, is none
 * @param robust whether an image that looks abnormal is learned from with less weight
 */
public record Hyperparameters(
        int batch,
        double learningRate,
        double beta1,
        double beta2,
        double epsilon,
        double alpha,
        List<Double> beta,
        double rho,
        long seed,
        int averagingWindow,
        Schedule schedule,
        List<ActivationKind> activation,
        OutputKind output,
        double lambda,
        InputScale scale,
        boolean robust) {

    /** Any will do for {@code sparse}; {@code plain} depends on it, and this is one of its good ones (see the README). */
    private static final long SEED = 4;

    /** Of a mini-batch: a manifest's word must not take any memory that it likes. */
    private static final int MOST_IMAGES = 65_536;

    private static final List<String> RATES = List.of("learning-rate", "schedule", "schedule-steps", "schedule-factor");

    private static final List<String> NAMES = List.of(
            "batch",
            "learning-rate",
            "schedule",
            "schedule-steps",
            "schedule-factor",
            "beta1",
            "beta2",
            "epsilon",
            "alpha",
            "beta",
            "rho",
            "seed",
            "averaging-window",
            "activation",
            "output",
            "lambda",
            "scale",
            "scale-after",
            "robust");

    private static final String NUMBER = "a number";
    private static final String NUMBERS = "a number, or one for each layer like 7.5e-4/4e-2";
    private static final String WHOLE = "a whole number";

    /** Digits that all are 0: other text whose value is 0 has lost it. */
    private static final Pattern ZERO = Pattern.compile("[-+]?[0.]+([eEfFdD].*)?");

    /** From here on 1 − β, and a moment that it is multiplied with, are off by more than a percent in float32. */
    private static final double MOST_DECAY = 0.99999;

    /** No regularization. */
    public static final Hyperparameters PLAIN = new Hyperparameters(
            60,
            0.01,
            0.9,
            0.999,
            1e-8,
            0,
            List.of(0.0),
            0.02,
            SEED,
            10_000,
            Schedule.CONSTANT,
            List.of(ActivationKind.SIGMOID),
            OutputKind.SIGMOID,
            0,
            InputScale.NONE,
            false);

    /** L2 and KL sparsity: the default. */
    public static final Hyperparameters SPARSE = PLAIN.with(Map.of("alpha", "5e-6", "beta", "7.5e-5"));

    /** Sharp and sparse: how it was found is told in docs/SPARSITY.md. */
    public static final Hyperparameters SHARP =
            PLAIN.with(Map.of("beta", "7.5e-4/4e-2", "learning-rate", "0.015", "schedule", "cosine", "beta2", "0.99"));

    /** Few active units in each image, in the layers of the reference experiment: docs/SPARSITY.md tells how it was found. */
    public static final Hyperparameters SELECTIVE = PLAIN.with(Map.of(
            "activation", "batchtopk:29/batchtopk:8", "learning-rate", "0.003", "schedule", "cosine", "beta2", "0.95"));

    /** One wide layer of which few units are active in each image: docs/SPARSITY.md tells how it was found. */
    public static final Hyperparameters DICTIONARY = PLAIN.with(
            Map.of("activation", "batchtopk:24", "output", "linear", "learning-rate", "0.0009", "schedule", "cosine"));

    /**
     * Records of any kind, and which of them are unlike the others: docs/YOUR_OWN_DATA.md tells how it was found. A step for
     * each few records, since streams of vectors are short.
     */
    public static final Hyperparameters VECTORS = PLAIN.with(
            Map.of("batch", "8", "learning-rate", "0.001", "output", "linear", "scale", "standard", "robust", "true"));

    private static final Map<String, Preset> PRESETS = new TreeMap<>(Map.of(
            "plain",
            new Preset(PLAIN, Architecture.DEFAULT),
            "sharp",
            new Preset(SHARP, Architecture.DEFAULT),
            "sparse",
            new Preset(SPARSE, Architecture.DEFAULT),
            "selective",
            new Preset(SELECTIVE, Architecture.DEFAULT),
            "dictionary",
            new Preset(DICTIONARY, Architecture.of(784, 1000, 784)),
            "vectors",
            new Preset(VECTORS, Architecture.of(784, 12, 784))));

    /** @param architecture unless other layers are given */
    private record Preset(Hyperparameters hyperparameters, Architecture architecture) {
        /** @throws IllegalArgumentException if there is none of that name */
        static Preset of(String name) {
            Preset preset = PRESETS.get(name);
            if (preset == null) {
                throw new IllegalArgumentException(Names.unknown("preset", name, PRESETS.keySet()));
            }
            return preset;
        }
    }

    /** @throws IllegalArgumentException naming the first value that cannot be learned with */
    public Hyperparameters {
        Requirement.that(batch >= 1, "batch", "at least 1", batch);
        Requirement.that(batch <= MOST_IMAGES, "batch", "at most " + MOST_IMAGES, batch);
        Requirement.that(
                learningRate > 0 && Double.isFinite(learningRate), "learning-rate", "a positive number", learningRate);
        Requirement.that(beta1 >= 0 && beta1 < 1, "beta1", "at least 0 and below 1", beta1);
        Requirement.that(beta2 >= 0 && beta2 < 1, "beta2", "at least 0 and below 1", beta2);
        Requirement.that(epsilon > 0 && Double.isFinite(epsilon), "epsilon", "a positive number", epsilon);
        Requirement.that(alpha >= 0 && Double.isFinite(alpha), "alpha", "zero or a positive number", alpha);
        Requirement.that(
                beta != null && !beta.isEmpty() && beta.stream().noneMatch(Objects::isNull),
                "beta",
                "one number for all hidden layers, or one for each",
                beta);
        for (double each : beta) {
            Requirement.that(each >= 0 && Double.isFinite(each), "beta", "zero or a positive number", each);
        }
        // One way to write each choice, since a checkpoint compares them.
        beta = beta.stream().distinct().count() == 1 ? List.of(beta.get(0)) : List.copyOf(beta);
        Requirement.that(rho > 0 && rho < 1, "rho", "between 0 and 1, both excluded", rho);
        Requirement.that(averagingWindow >= batch, "averaging-window", "at least one mini-batch", averagingWindow);
        schedule = schedule == null ? Schedule.CONSTANT : schedule;
        activation = activation == null || activation.isEmpty() ? List.of(ActivationKind.SIGMOID) : activation;
        Requirement.that(
                activation.stream().noneMatch(Objects::isNull),
                "activation",
                "one for all layers, or one for each",
                activation);
        activation = activation.stream().distinct().count() == 1 ? List.of(activation.get(0)) : List.copyOf(activation);
        output = output == null ? OutputKind.SIGMOID : output;
        Requirement.that(lambda >= 0 && Double.isFinite(lambda), "lambda", "zero or a positive number", lambda);
        scale = scale == null ? InputScale.NONE : scale;
    }

    /** The layers that a preset is for, unless others are given. */
    public static Architecture presetArchitecture(String name) {
        return Preset.of(name).architecture();
    }

    /**
     * The preset of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Hyperparameters preset(String name) {
        return Preset.of(name).hyperparameters();
    }

    public static boolean isPreset(String name) {
        return PRESETS.containsKey(name);
    }

    /** Adam's step size in a step, counted from 0. */
    public double learningRate(long step) {
        return learningRate * schedule.at(step);
    }

    /** Weight of the KL term of a hidden layer, counted from 0: 0 unless it is sigmoid. */
    public double beta(int hiddenLayer) {
        if (!activation(hiddenLayer).equals(ActivationKind.SIGMOID)) {
            return 0;
        }
        return beta.size() == 1 ? beta.get(0) : beta.get(hiddenLayer);
    }

    /** Weight of the penalty on active units of a hidden layer, counted from 0: 0 unless it is jumprelu. */
    public double lambda(int hiddenLayer) {
        return activation(hiddenLayer).shape() == ActivationKind.Shape.JUMPRELU ? lambda : 0;
    }

    /** What a hidden layer of the encoder, counted from 0, makes of its sums. */
    public ActivationKind activation(int hiddenLayer) {
        return activation.size() == 1 ? activation.get(0) : activation.get(hiddenLayer);
    }

    /**
     * What the decoder's hidden layers make of their sums, which nobody wants sparse: the sigmoid of the reference
     * experiment if all of the encoder's are sigmoid, else ReLU.
     */
    public ActivationKind decoderActivation() {
        return activation.equals(List.of(ActivationKind.SIGMOID)) ? ActivationKind.SIGMOID : ActivationKind.RELU;
    }

    /**
     * Whether a model of these layers is a dictionary: an image is a sum of few of the decoder's rows. That is one hidden
     * layer whose units can be 0, and a linear output.
     */
    public boolean isDictionary(Architecture architecture) {
        return architecture.layers() == 2
                && output == OutputKind.LINEAR
                && activation(0).hasZeros();
    }

    /**
     * Every tensor of a model of these layers: weight and bias of each in the order of the forward pass, then the
     * thresholds {@code theta_e_1 …} of the layers that have some, one for each unit of a jumprelu layer, one for all of a
     * batchtopk layer; then {@code x_offset} and {@code x_factor} of each input where they are scaled.
     */
    public List<Tensor> tensors(Architecture architecture) {
        List<Tensor> tensors = new ArrayList<>(architecture.tensors());
        for (int layer = 0; layer < architecture.hiddenLayers(); layer++) {
            ActivationKind.Shape shape = activation(layer).shape();
            if (shape == ActivationKind.Shape.JUMPRELU) {
                tensors.add(new Tensor(theta(layer), List.of(architecture.hiddenUnits(layer))));
            } else if (shape == ActivationKind.Shape.BATCHTOPK) {
                tensors.add(new Tensor(theta(layer), List.of(1)));
            }
        }
        if (scale.isGiven()) {
            tensors.add(new Tensor(InputScale.OFFSET, List.of(architecture.inputs())));
            tensors.add(new Tensor(InputScale.FACTOR, List.of(architecture.inputs())));
        }
        return tensors;
    }

    /** Name of the tensor with the thresholds of a hidden layer, counted from 0. */
    public static String theta(int hiddenLayer) {
        return "theta_e_" + (hiddenLayer + 1);
    }

    /**
     * @throws IllegalArgumentException unless there is one beta and activation, or one for each hidden layer, and each has
     *     as many units as are to be active
     */
    public void checkFits(Architecture architecture) {
        int layers = architecture.hiddenLayers();
        Requirement.that(
                beta.size() == 1 || beta.size() == layers,
                "beta",
                "one number, or one for each of the " + layers + " hidden layers",
                beta);
        Requirement.that(
                activation.size() == 1 || activation.size() == layers,
                "activation",
                "one for all, or one for each of the " + layers + " hidden layers",
                activationText());
        for (int layer = 0; layer < layers; layer++) {
            Requirement.that(
                    activation(layer).k() <= architecture.hiddenUnits(layer),
                    "activation of " + architecture.hiddenLayer(layer),
                    "of at most its " + architecture.hiddenUnits(layer) + " units",
                    activation(layer));
        }
    }

    /** The activations in their text form, such as {@code topk:30/topk:8}. */
    public String activationText() {
        return activation.stream().map(ActivationKind::toString).collect(Collectors.joining("/"));
    }

    /**
     * Every value as text, by the name that people use, such as {@code learning-rate}; {@link #with} takes it back.
     * The schedule's length and factor are only there where it has any, activation, output, lambda, scale and robust where they are not
     * those of every model before there were others.
     */
    public Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("batch", Integer.toString(batch));
        values.put("learning-rate", Double.toString(learningRate));
        values.put("schedule", schedule.shape().toString());
        if (schedule.shape() != Schedule.Shape.CONSTANT) {
            values.put("schedule-steps", Long.toString(schedule.steps()));
            values.put("schedule-factor", Double.toString(schedule.factor()));
        }
        values.put("beta1", Double.toString(beta1));
        values.put("beta2", Double.toString(beta2));
        values.put("epsilon", Double.toString(epsilon));
        values.put("alpha", Double.toString(alpha));
        values.put("beta", beta.stream().map(String::valueOf).collect(Collectors.joining("/")));
        values.put("rho", Double.toString(rho));
        values.put("seed", Long.toString(seed));
        values.put("averaging-window", Integer.toString(averagingWindow));
        if (!activation.equals(List.of(ActivationKind.SIGMOID))) {
            values.put("activation", activationText());
        }
        if (output != OutputKind.SIGMOID) {
            values.put("output", output.toString());
        }
        if (lambda != 0) {
            values.put("lambda", Double.toString(lambda));
        }
        if (scale.isGiven()) {
            values.put("scale", scale.shape().toString());
            values.put("scale-after", Integer.toString(scale.after()));
        }
        if (robust) {
            values.put("robust", "true");
        }
        return values;
    }

    /**
     * The same with other values, by the names that people use. Decimals have a point, betas and activations by layer a
     * slash between them; a schedule of another shape begins with that shape's usual length and factor. What a person gives here has to be
     * held by float32, in which learning computes; what was written before that was asked is still read.
     *
     * @throws IllegalArgumentException naming the first one that is unknown, no number, or cannot be learned with
     */
    public Hyperparameters with(Map<String, String> changes) {
        changes.forEach((name, value) -> {
            if (!NAMES.contains(name)) {
                throw new IllegalArgumentException(Names.unknown("hyperparameter", name, NAMES));
            }
            Names.requireOneLine(value);
        });
        Hyperparameters changed = new Hyperparameters(
                value(changes, "batch", WHOLE, Integer::valueOf, batch),
                number(changes, "learning-rate", learningRate),
                decay(changes, "beta1", beta1),
                decay(changes, "beta2", beta2),
                number(changes, "epsilon", epsilon),
                number(changes, "alpha", alpha),
                numbers(changes, "beta", beta),
                number(changes, "rho", rho),
                value(changes, "seed", WHOLE, Long::valueOf, seed),
                value(changes, "averaging-window", WHOLE, Integer::valueOf, averagingWindow),
                scheduleWith(changes),
                value(changes, "activation", "", Hyperparameters::activations, activation),
                value(changes, "output", "", OutputKind::of, output),
                number(changes, "lambda", lambda),
                scaleWith(changes),
                value(changes, "robust", "", Hyperparameters::flag, robust));
        if (changes.keySet().stream().anyMatch(RATES::contains)) {
            Requirement.float32("learning-rate at the schedule's end", changed.learningRate(Long.MAX_VALUE));
        }
        return changed;
    }

    /**
     * As {@link #with}, for a model that is learning.
     *
     * @throws IllegalArgumentException also naming the first one that cannot change any more
     */
    public Hyperparameters withLive(Map<String, String> changes) {
        for (String name : List.of(
                "batch", "seed", "averaging-window", "layers", "activation", "output", "scale", "scale-after")) {
            if (changes.containsKey(name)) {
                throw new IllegalArgumentException(
                        name + " cannot change while a model learns: start another with train --model");
            }
        }
        return with(changes);
    }

    private static List<ActivationKind> activations(String text) {
        return Arrays.stream(text.split("/", -1)).map(ActivationKind::of).toList();
    }

    private static boolean flag(String text) {
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true");
        }
        throw new IllegalArgumentException("robust must be true or false, not '" + text + "'");
    }

    private InputScale scaleWith(Map<String, String> changes) {
        InputScale.Shape shape = value(changes, "scale", "", InputScale.Shape::of, scale.shape());
        InputScale base = shape == scale.shape() ? scale : InputScale.of(shape);
        return new InputScale(shape, value(changes, "scale-after", WHOLE, Integer::valueOf, base.after()));
    }

    private Schedule scheduleWith(Map<String, String> changes) {
        Schedule base = schedule;
        if (changes.containsKey("schedule")) {
            Schedule.Shape shape = Schedule.Shape.of(changes.get("schedule"));
            base = shape == schedule.shape() ? schedule : Schedule.of(shape);
        }
        for (String name : List.of("schedule-steps", "schedule-factor")) {
            if (base.shape() == Schedule.Shape.CONSTANT && changes.containsKey(name)) {
                throw new IllegalArgumentException(name + " needs a schedule that is not constant: cosine or step");
            }
        }
        return new Schedule(
                base.shape(),
                value(changes, "schedule-steps", WHOLE, Long::valueOf, base.steps()),
                number(changes, "schedule-factor", base.factor()));
    }

    /** Adam's decay. */
    private static double decay(Map<String, String> changes, String name, double otherwise) {
        double value = number(changes, name, otherwise);
        Requirement.that(
                !changes.containsKey(name) || value <= MOST_DECAY,
                name,
                "at least 0 and at most " + MOST_DECAY + ", since float32 is too coarse nearer to 1",
                value);
        return value;
    }

    private static double number(Map<String, String> changes, String name, double otherwise) {
        return value(changes, name, NUMBER, text -> number(name, text), otherwise);
    }

    private static List<Double> numbers(Map<String, String> changes, String name, List<Double> otherwise) {
        return value(
                changes,
                name,
                NUMBERS,
                text -> Arrays.stream(text.split("/", -1))
                        .map(each -> number(name, each))
                        .toList(),
                otherwise);
    }

    private static double number(String name, String text) {
        double value = Double.parseDouble(text);
        Requirement.that(value != 0 || ZERO.matcher(text.strip()).matches(), name, Requirement.FLOAT32, text.strip());
        Requirement.float32(name, value);
        return value;
    }

    private static <T> T value(
            Map<String, String> changes, String name, String expected, Function<String, T> parse, T otherwise) {
        String text = changes.get(name);
        try {
            return text == null ? otherwise : parse.apply(text.strip());
        } catch (NumberFormatException e) {
            String hint = text.contains(",") ? ": decimals have a point, betas of layers a slash between them" : "";
            throw new IllegalArgumentException(name + " must be " + expected + ", not '" + text + "'" + hint, e);
        }
    }
}
