package io.sparsestream.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads records from a file of anybody's. Whatever that holds, the reader takes no more memory than what has really been read
 * needs, and says in one line what is wrong.
 *
 * @param path an {@code .npy}, {@code .npz} or {@code .csv} file, or a directory of PNG files
 * @param array the array of an npz file with the records; empty for the only one of two or more dimensions
 * @param labelArray the one with the labels; empty for the only one that has a single value for each record, if there is one
 * @param labelColumn the column of a CSV file with the labels; empty for none
 * @param columns those of a CSV file with the numbers; empty for all others
 */
public record SampleFile(
        Path path,
        Optional<String> array,
        Optional<String> labelArray,
        Optional<String> labelColumn,
        List<String> columns) {
    private enum Kind {
        NPY(".npy"),
        NPZ(".npz"),
        CSV(".csv"),
        PNGS("");

        private final String ending;

        Kind(String ending) {
            this.ending = ending;
        }
    }

    /** One that is read as it is. */
    public static SampleFile of(Path path) {
        return new SampleFile(path, Optional.empty(), Optional.empty(), Optional.empty(), List.of());
    }

    /** Whether the records stand in an order that is theirs, as rows of a table do; pictures in a directory do not. */
    public boolean isTable() {
        return !Files.isDirectory(path);
    }

    /** @throws DatasetException if the file is missing or not what its name says, or does not have what is asked for */
    public Samples read() throws IOException {
        Kind kind = kind();
        require(kind == Kind.NPZ, array.isPresent(), "--array is for .npz files");
        require(kind == Kind.NPZ, labelArray.isPresent(), "--label-array is for .npz files");
        require(kind == Kind.CSV, labelColumn.isPresent(), "--label-column is for .csv files");
        require(kind == Kind.CSV, !columns.isEmpty(), "--columns is for .csv files");
        try {
            return switch (kind) {
                case NPY -> NumpyFile.readNpy(path, name());
                case NPZ -> NumpyFile.readNpz(path, name(), array, labelArray);
                case CSV -> CsvFile.read(path, name(), labelColumn, columns);
                case PNGS -> PngDirectory.read(path, name());
            };
        } catch (DatasetException e) {
            throw e;
        } catch (IOException e) {
            throw DatasetException.unreadable(path, e);
        }
    }

    private Kind kind() throws DatasetException {
        if (!Files.exists(path)) {
            throw new DatasetException(path + " does not exist: name another with --data");
        }
        if (Files.isDirectory(path)) {
            return Kind.PNGS;
        }
        String file = path.getFileName().toString().toLowerCase(Locale.ROOT);
        for (Kind kind : List.of(Kind.NPY, Kind.NPZ, Kind.CSV)) {
            if (file.endsWith(kind.ending)) {
                return kind;
            }
        }
        throw new DatasetException(
                path + ": files end in .npy, .npz or .csv; else name a directory of IDX or PNG files with --data");
    }

    private void require(boolean fits, boolean given, String rule) throws DatasetException {
        if (given && !fits) {
            throw new DatasetException(rule + ", not for " + path);
        }
    }

    /** For keys: without the ending, of which all are equally long. */
    private String name() {
        Path file = path.toAbsolutePath().normalize().getFileName();
        String name = file == null ? "root" : file.toString();
        return isTable() ? name.substring(0, name.length() - Kind.NPY.ending.length()) : name;
    }
}
