package io.sparsestream.bench.anomaly;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Records in the order in which they stream, and which of them are anomalies.
 *
 * @param name of the file, without its ending
 * @param values [records × width], as they are in the file
 * @param width numbers of a record
 * @param anomalous which records are some
 */
public record LabelledRecords(String name, double[] values, int width, boolean[] anomalous) {
    /** Of the order of records that the file sorts by their label. */
    public static final long SHUFFLE_SEED = 1;

    /**
     * Reads a file: {@code .npz} with the arrays {@code X} [records × width] and {@code y} [records], or CSV, whose last column
     * is the label and whose first line may be a header. The label of an anomaly is 1, that of another record 0. Records that
     * are sorted by their label are no stream: they are {@linkplain #shuffled shuffled}.
     *
     * @throws IOException in one line, if the file is something else
     */
    public static LabelledRecords read(Path file) throws IOException {
        String fileName = file.getFileName().toString();
        String name = fileName.replaceFirst("\\.\\w+$", "");
        LabelledRecords records = fileName.endsWith(".npz") ? npz(file, name) : csv(file, name);
        return records.isSorted() ? records.shuffled(SHUFFLE_SEED) : records;
    }

    private static LabelledRecords npz(Path file, String name) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            NpyArray x = array(file, zip, "X");
            NpyArray y = array(file, zip, "y");
            int size = x.shape().get(0);
            if (x.shape().size() != 2 || y.values().length != size) {
                throw new IOException(
                        file + ": X must be [records × width] and y [records], not " + x.shape() + " and " + y.shape());
            }
            boolean[] anomalous = new boolean[size];
            for (int i = 0; i < size; i++) {
                anomalous[i] = isAnomaly(file, y.values()[i]);
            }
            return new LabelledRecords(name, x.values(), x.shape().get(1), anomalous);
        }
    }

    private static NpyArray array(Path file, ZipFile zip, String name) throws IOException {
        ZipEntry entry = zip.getEntry(name + ".npy");
        if (entry == null) {
            throw new IOException(file + ": has no array " + name);
        }
        try (InputStream in = zip.getInputStream(entry)) {
            return NpyArray.read(file + ", array " + name, in.readAllBytes());
        }
    }

    private static LabelledRecords csv(Path file, String name) throws IOException {
        List<double[]> rows = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank() && !(i == 0 && isHeader(lines.get(0)))) {
                rows.add(row(file, i + 1, lines.get(i)));
            }
        }
        if (rows.isEmpty() || rows.get(0).length < 2) {
            throw new IOException(file + ": a CSV file needs records of at least one number and a label");
        }
        int width = rows.get(0).length - 1;
        double[] values = new double[rows.size() * width];
        boolean[] anomalous = new boolean[rows.size()];
        for (int i = 0; i < anomalous.length; i++) {
            double[] row = rows.get(i);
            if (row.length != width + 1) {
                throw new IOException(
                        file + ": record " + (i + 1) + " has " + row.length + " columns, the first one " + (width + 1));
            }
            System.arraycopy(row, 0, values, i * width, width);
            anomalous[i] = isAnomaly(file, row[width]);
        }
        return new LabelledRecords(name, values, width, anomalous);
    }

    private static boolean isHeader(String line) {
        try {
            Double.parseDouble(line.split(",", 2)[0]);
            return false;
        } catch (NumberFormatException e) {
            return true;
        }
    }

    private static double[] row(Path file, int line, String text) throws IOException {
        try {
            return Arrays.stream(text.split(",", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
        } catch (NumberFormatException e) {
            throw new IOException(file + ": line " + line + " is not all numbers: " + e.getMessage(), e);
        }
    }

    private static boolean isAnomaly(Path file, double label) throws IOException {
        if (label != 0 && label != 1) {
            throw new IOException(file + ": a label is 1 for an anomaly, 0 for another record, not " + label);
        }
        return label == 1;
    }

    public int size() {
        return anomalous.length;
    }

    /** How many of them are anomalies. */
    public int anomalies() {
        int anomalies = 0;
        for (boolean each : anomalous) {
            anomalies += each ? 1 : 0;
        }
        return anomalies;
    }

    /** Whether all anomalies come before all others, or behind them. */
    boolean isSorted() {
        int changes = 0;
        for (int i = 1; i < size(); i++) {
            changes += anomalous[i] == anomalous[i - 1] ? 0 : 1;
        }
        return changes <= 1;
    }

    /** The same records in the order of a seed: R. Durstenfeld's shuffle with {@link Random}. */
    LabelledRecords shuffled(long seed) {
        Random random = new Random(seed);
        int[] order = new int[size()];
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        double[] moved = new double[values.length];
        boolean[] labels = new boolean[order.length];
        for (int i = 0; i < order.length; i++) {
            System.arraycopy(values, order[i] * width, moved, i * width, width);
            labels[i] = anomalous[order[i]];
        }
        return new LabelledRecords(name + ", shuffled by seed " + seed, moved, width, labels);
    }
}
