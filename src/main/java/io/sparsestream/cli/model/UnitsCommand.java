package io.sparsestream.cli.model;

import io.sparsestream.cli.option.About;
import io.sparsestream.cli.option.KafkaOptions;
import io.sparsestream.cli.option.ModelName;
import io.sparsestream.cli.option.OutputFile;
import io.sparsestream.cli.option.Section;
import io.sparsestream.cli.option.WaitOptions;
import io.sparsestream.cli.option.Whole;
import io.sparsestream.cli.terminal.CommandException;
import io.sparsestream.cli.terminal.Terminal;
import io.sparsestream.compare.Picture;
import io.sparsestream.compare.Table;
import io.sparsestream.learn.Names;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.Json;
import io.sparsestream.message.Manifest;
import io.sparsestream.message.Unit;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.UnitsTopic;
import io.sparsestream.watch.OriginalImage;
import io.sparsestream.watch.Originals;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Units of a model with the images that activate them most. */
@Command(
        name = "units",
        description = "Shows which images activate the units of a model most: a table, and with --out a picture.")
public final class UnitsCommand implements Callable<Integer> {
    private static final int NAMED = 3; // images of each unit in the table

    @Mixin
    private KafkaOptions kafka;

    @About(Section.MODEL)
    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "sparse",
            description = "The model's name (default: ${DEFAULT-VALUE}).")
    private String model;

    @Mixin
    private WaitOptions wait;

    @Option(
            names = "--layer",
            paramLabel = "NAME",
            description = "Shows the units of that hidden layer alone, such as h_e_1 (default: of all).")
    private Optional<String> layer = Optional.empty();

    @Option(
            names = "--sort",
            paramLabel = "ORDER",
            defaultValue = "selectivity",
            description =
                    "Which units come first: those of the greatest selectivity, density or activation, or the lowest"
                            + " number (unit) (default: ${DEFAULT-VALUE}).")
    private Order order;

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "20",
            description = "Shows so many units of each layer (default: ${DEFAULT-VALUE}).")
    private int top;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "PNG of the images, a row for each unit of the table (default: not written).")
    private Optional<Path> out = Optional.empty();

    @Option(names = "--json", description = "Prints one JSON object instead of the table.")
    private boolean json;

    /** Of units of a layer; equal ones, and those of which it is not known, by their numbers. */
    private enum Order {
        SELECTIVITY,
        DENSITY,
        ACTIVATION,
        UNIT;

        private Comparator<Unit> comparator() {
            return Comparator.comparingDouble(this::key).reversed().thenComparing(Unit::unit);
        }

        private double key(Unit unit) {
            Double value = switch (this) {
                case SELECTIVITY -> unit.selectivity();
                case DENSITY -> unit.density();
                case ACTIVATION ->
                    unit.top().isEmpty()
                            ? null
                            : (Double) (double) unit.top().get(0).activation();
                case UNIT -> 0.0;
            };
            return value == null ? Double.NEGATIVE_INFINITY : value;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What --json prints. */
    private record Result(String model, long step, List<Unit> units, String picture) {}

    @Override
    public Integer call() throws Exception {
        Whole.positive("--top", top);
        ModelName.check(model);
        out.ifPresent(file -> OutputFile.check("--out", file));
        wait.check();
        Map<String, Object> properties = kafka.connect();
        List<Unit> all = wait.await(
                properties,
                model,
                () -> UnitsTopic.read(properties, model),
                units -> units.get(0).step());
        Map<String, List<Unit>> byLayer =
                all.stream().collect(Collectors.groupingBy(Unit::layer, TreeMap::new, Collectors.toList()));
        if (layer.isPresent() && !byLayer.containsKey(layer.get())) {
            throw new IllegalArgumentException(Names.unknown("layer", layer.get(), byLayer.keySet()));
        }
        Map<String, List<Unit>> shown = new LinkedHashMap<>();
        byLayer.forEach((name, units) -> {
            if (layer.isEmpty() || layer.get().equals(name)) {
                shown.put(
                        name,
                        units.stream().sorted(order.comparator()).limit(top).toList());
            }
        });
        if (!json) {
            shown.forEach((name, units) -> print(name, units, byLayer.get(name).size()));
        }
        List<Unit> units = shown.values().stream().flatMap(List::stream).toList();
        if (out.isPresent()) {
            requirePictures(properties);
            draw(properties, units, out.get());
        }
        if (json) {
            System.out.println(Json.text(new Result(
                    model, all.get(0).step(), units, out.map(Path::toString).orElse(null))));
        }
        return 0;
    }

    private void requirePictures(Map<String, Object> properties) {
        InputFormat format = ModelTopic.readManifest(properties, model)
                .map(Manifest::inputFormat)
                .orElse(InputFormat.AUTO);
        if (!format.isOfPictures()) {
            throw new CommandException("the records of model " + model + " are of the format " + format.kind()
                    + ", no pictures: leave out --out");
        }
    }

    private void print(String name, List<Unit> units, int of) {
        List<String> heading = new ArrayList<>(List.of("unit", "density", "selectivity", "label", "labels of the top"));
        heading.addAll(List.of("1st", "2nd", "3rd"));
        Table table = new Table(heading);
        for (Unit unit : units) {
            List<String> cells = new ArrayList<>();
            cells.add(Integer.toString(unit.unit()));
            cells.add(Table.cell("%.3f", unit.density()));
            cells.add(Table.cell("%.2f", unit.selectivity()));
            cells.add(unit.label() == null ? Table.NONE : unit.label());
            cells.add(unit.top().stream().map(each -> orNone(each.label())).collect(Collectors.joining(" ")));
            for (int i = 0; i < NAMED; i++) {
                cells.add(i < unit.top().size() ? named(unit.top().get(i)) : Table.NONE);
            }
            table.add(cells);
        }
        Terminal terminal = Terminal.out();
        System.out.printf(
                Locale.ROOT,
                "model %s at step %,d, layer %s: %,d of %,d units, by %s%n",
                model,
                units.get(0).step(),
                name,
                units.size(),
                of,
                order);
        System.out.println(terminal.text(table));
    }

    private static String named(Unit.Top image) {
        String name = image.key().isEmpty() ? image.source() : image.key();
        return name + String.format(Locale.ROOT, " %.3f", image.activation());
    }

    private static String orNone(String label) {
        return label.isEmpty() ? Table.NONE : label;
    }

    /** A row for each unit; says so where images are no longer in the topic. */
    private void draw(Map<String, Object> properties, List<Unit> units, Path file) throws IOException {
        Map<Unit.Top, Optional<OriginalImage>> images = new LinkedHashMap<>();
        try (Originals originals = new Originals(properties)) {
            for (Unit unit : units) {
                unit.top().forEach(each -> images.computeIfAbsent(each, originals::of));
            }
        }
        OriginalImage first = images.values().stream()
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> new CommandException("none of the images that activate units of model " + model
                        + " is in the topic any more: there is nothing to draw"));
        List<Picture.Row> rows = units.stream()
                .map(unit -> new Picture.Row(
                        unit.layer() + "/" + unit.unit() + (unit.label() == null ? "" : "  favours " + unit.label()),
                        "selectivity " + Table.cell("%.2f", unit.selectivity()) + ", on for " + share(unit.density()),
                        unit.top().stream()
                                .map(each -> images.get(each).map(image -> noted(image, each)))
                                .toList()))
                .toList();
        String title = String.format(
                Locale.ROOT,
                "model %s, step %,d: the images that activate each unit most, with its activation",
                model,
                units.get(0).step());
        Picture.writeRows(file, title, first.rows(), first.columns(), rows);
        long gone = images.values().stream().filter(Optional::isEmpty).count();
        if (gone > 0) {
            System.err.printf(
                    Locale.ROOT,
                    "warning: %,d of %,d images are no longer in the topic: their places are blank%n",
                    gone,
                    images.size());
        }
        if (!json) {
            System.out.println("written to " + file);
        }
    }

    private static String share(Double density) {
        return Table.cell("%.1f %%", density == null ? null : 100 * density);
    }

    private static Picture.Noted noted(OriginalImage image, Unit.Top seen) {
        return new Picture.Noted(image.greys(), String.format(Locale.ROOT, "%.3f", seen.activation()));
    }
}
