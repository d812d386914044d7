package io.sparsestream.dataset;

import io.sparsestream.numpy.NpyHeader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Reads the arrays that NumPy saves: one in an npy file, several in an npz file, which is a zip of such. */
final class NumpyFile {
    private static final String ENDING = ".npy";
    private static final int NAMED = 10; // arrays in a message

    private NumpyFile() {}

    static Samples readNpy(Path file, String name) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return samples(NpyArray.read(file.toString(), in), name);
        }
    }

    static Samples readNpz(Path file, String name, Optional<String> array, Optional<String> labelArray)
            throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            Map<String, NpyHeader> headers = headers(file, zip);
            String chosen = array.isPresent() ? named(file, headers, array.get(), "--array") : records(file, headers);
            long count = headers.get(chosen).shape().isEmpty()
                    ? 0
                    : headers.get(chosen).shape().get(0);
            Optional<String> labels = labelArray.isPresent()
                    ? Optional.of(named(file, headers, labelArray.get(), "--label-array"))
                    : labels(headers, chosen, count);
            Samples samples = samples(read(file, zip, chosen), name);
            return labels.isEmpty() ? samples : withLabels(samples, read(file, zip, labels.get()));
        } catch (ZipException e) {
            throw new DatasetException(file + ": not an npz file: " + e.getMessage(), e);
        }
    }

    private static Map<String, NpyHeader> headers(Path file, ZipFile zip) throws IOException {
        Map<String, NpyHeader> headers = new LinkedHashMap<>();
        for (ZipEntry entry : Collections.list(zip.entries())) {
            if (entry.getName().endsWith(ENDING)) {
                String name = entry.getName().substring(0, entry.getName().length() - ENDING.length());
                try (InputStream in = zip.getInputStream(entry)) {
                    headers.put(name, NpyArray.header(file + ": array " + name, in));
                }
            }
        }
        if (headers.isEmpty()) {
            throw new DatasetException(file + ": has no arrays");
        }
        return headers;
    }

    private static NpyArray read(Path file, ZipFile zip, String name) throws IOException {
        try (InputStream in = zip.getInputStream(zip.getEntry(name + ENDING))) {
            return NpyArray.read(file + ": array " + name, in);
        }
    }

    private static String named(Path file, Map<String, NpyHeader> headers, String name, String option)
            throws DatasetException {
        if (!headers.containsKey(name)) {
            throw new DatasetException(
                    file + ": has no array " + name + ", but " + names(headers) + ": choose by " + option);
        }
        return name;
    }

    private static String records(Path file, Map<String, NpyHeader> headers) throws DatasetException {
        List<String> tables = headers.entrySet().stream()
                .filter(array -> array.getValue().shape().size() >= 2)
                .map(Map.Entry::getKey)
                .toList();
        if (tables.size() != 1) {
            throw new DatasetException(file + ": has " + (tables.isEmpty() ? "no array" : tables.size() + " arrays")
                    + " of two or more dimensions among " + names(headers) + ": choose by --array");
        }
        return tables.get(0);
    }

    private static Optional<String> labels(Map<String, NpyHeader> headers, String records, long count) {
        List<String> fitting = headers.entrySet().stream()
                .filter(array -> array.getValue().shape().equals(List.of(count)))
                .map(Map.Entry::getKey)
                .filter(name -> !name.equals(records))
                .toList();
        return fitting.size() == 1 ? Optional.of(fitting.get(0)) : Optional.empty();
    }

    private static String names(Map<String, NpyHeader> headers) {
        return headers.keySet().stream().limit(NAMED).collect(Collectors.joining(", "))
                + (headers.size() > NAMED ? ", ..." : "");
    }

    private static Samples samples(NpyArray array, String name) throws DatasetException {
        List<Long> shape = array.header().shape();
        if (shape.isEmpty() || shape.get(0) == 0) {
            throw new DatasetException(array.name() + ": has no records");
        }
        long width = array.size() / shape.get(0);
        if (width == 0) {
            throw new DatasetException(array.name() + ": has records without numbers");
        }
        if (array.isText()) {
            throw new DatasetException(array.name() + ": has texts, where numbers are expected");
        }
        return new Samples(
                name,
                Math.toIntExact(shape.get(0)),
                shape.size() == 3 ? shape.get(1) + "x" + shape.get(2) : "1x" + width,
                Math.toIntExact(width),
                List.of(),
                array.header().type().equals("u1"),
                array.records(Math.toIntExact(width)),
                List.of());
    }

    private static Samples withLabels(Samples samples, NpyArray labels) throws DatasetException {
        if (labels.size() != samples.size()) {
            throw new DatasetException(
                    labels.name() + ": has " + labels.size() + " labels for " + samples.size() + " records");
        }
        return new Samples(
                samples.name(),
                samples.size(),
                samples.shape(),
                samples.width(),
                samples.columns(),
                samples.areBytes(),
                samples.numbers(),
                IntStream.range(0, samples.size()).mapToObj(labels::label).toList());
    }
}
