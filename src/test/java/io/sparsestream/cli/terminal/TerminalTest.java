package io.sparsestream.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparsestream.cli.demo.DemoModel;
import io.sparsestream.compare.Table;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Losses;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.StepResult;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is printed fits the terminal, in its characters, and nothing overwrites anything. */
class TerminalTest {
    private static Terminal terminal(int columns, Charset charset) {
        return new Terminal(OptionalInt.of(columns), charset);
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 120})
    void theBarFits(int columns) {
        for (long position : new long[] {0, 1, 9_999, 1_199_999, 1_200_000}) {
            String line = ProgressBar.line(
                    columns, "training", "steps", position, 1_200_000, 254.6, "http://127.0.0.1:8080/");
            assertThat(line.length()).isLessThanOrEqualTo(columns);
            assertThat(line).startsWith("training  ").contains(" of 1,200,000 steps");
        }
        assertThat(ProgressBar.line(columns, "replay", "images", 5, Long.MAX_VALUE, 2, ""))
                .isEqualTo("replay  5 images  2/s");
    }

    @Test
    void theBarGrowsAndTellsTheAddressWhereThereIsRoom() {
        String half = ProgressBar.line(120, "training", "steps", 500, 1000, 10, "http://127.0.0.1:8080/");
        assertThat(half)
                .isEqualTo("training  " + "█".repeat(20) + "░".repeat(20)
                        + "  500 of 1,000 steps  10/s  0:50 left  http://127.0.0.1:8080/");
        assertThat(ProgressBar.line(60, "training", "steps", 500, 1000, 10, "http://127.0.0.1:8080/"))
                .contains("█", "500 of 1,000 steps")
                .doesNotContain("http");
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 120})
    void linesOfProgressFitAndStandWholeAboveTheBar(int columns) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream err = System.err;
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
        List<String> lines = new ArrayList<>();
        try (StatusLine bar = new StatusLine(terminal(columns, StandardCharsets.UTF_8))) {
            DemoModel model = new DemoModel(
                    "plain",
                    line -> {
                        lines.add(line);
                        System.err.println(line);
                    },
                    terminal(columns, StandardCharsets.UTF_8));
            Autoencoder learner =
                    new Autoencoder(Architecture.of(4, 3, 2, 3, 4), Hyperparameters.PLAIN, new PortableProduct());
            MiniBatch batch = new MiniBatch(Hyperparameters.PLAIN.batch(), 4);
            for (int i = 0; i < Hyperparameters.PLAIN.batch(); i++) {
                batch.add(new byte[] {1, 2, 3, (byte) i});
            }
            for (int step = 0; step <= 1000; step++) {
                model.onStep(learner.train(batch), learner, 1);
                bar.show(ProgressBar.line(columns - 1, "training", "steps", step, 1000, 10, "http://127.0.0.1:1/"));
            }
            List<String> screen = Screen.of(printed.toString(StandardCharsets.UTF_8), columns);
            assertThat(screen.subList(0, 3)).isEqualTo(lines);
            assertThat(screen).hasSize(4);
            assertThat(screen.get(3)).startsWith("training  ");
        } finally {
            System.setErr(err);
        }
        assertThat(lines).hasSize(3).allMatch(line -> line.length() <= columns);
        assertThat(lines.get(1)).contains("plain    step   100  loss 0.", "h_e_1 0.", "h_e_2 0.");
        assertThat(lines.get(1).contains("mse")).isEqualTo(columns >= 110);
        assertThat(Screen.of(printed.toString(StandardCharsets.UTF_8), columns).get(3))
                .as("gone when it is closed")
                .isEmpty();
    }

    /** What active units cost is a part of the loss, and of what is printed of it. */
    @Test
    void theTermsOfALossAreAllPrinted() {
        List<String> lines = new ArrayList<>();
        DemoModel model = new DemoModel("few", lines::add, terminal(200, StandardCharsets.UTF_8));
        Autoencoder learner = new Autoencoder(Architecture.of(4, 3, 4), Hyperparameters.PLAIN, new PortableProduct());
        MiniBatch batch = new MiniBatch(Hyperparameters.PLAIN.batch(), 4);
        while (!batch.isFull()) {
            batch.add(new byte[] {1, 2, 3, 4});
        }
        ForwardPass forward = learner.reconstruct(batch);
        model.onStep(new StepResult(1000, batch, new Losses(0.5, 0.25, 0.0625, 0), forward), learner, 1);
        model.onStep(new StepResult(2000, batch, new Losses(0.5, 0.25, 0.0625, 0.125), forward), learner, 1);
        assertThat(lines.get(0)).contains("loss 0.8125 = mse 0.5000 + l2 0.2500 + kl 0.0625   h_e_1");
        assertThat(lines.get(1)).contains("loss 0.9375 = mse 0.5000 + l2 0.2500 + kl 0.0625 + l0 0.1250   h_e_1");
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 120})
    void tablesFit(int columns) {
        List<String> heading = new ArrayList<>(List.of("plain"));
        List<String> row = new ArrayList<>(List.of("this model"));
        for (int step : new int[] {0, 100, 1000, 2000, 5000, 10_000, 19_000}) {
            heading.add("step " + step);
            row.add("0.1234");
        }
        heading.addAll(List.of("test loss", "h_e_1", "h_e_2"));
        row.addAll(List.of("0.123456", "0.1234", "0.1234"));
        Table table = new Table(heading);
        table.add(row);
        String text = terminal(columns, StandardCharsets.UTF_8).text(table);
        assertThat(text.lines()).allMatch(line -> line.length() <= columns).hasSize(columns < 105 ? 11 : 2);
        assertThat(text).contains("step 19000", "0.123456");
        assertThat(new Terminal(OptionalInt.empty(), StandardCharsets.UTF_8).text(table))
                .as("a file takes any width")
                .isEqualTo(table.toText());
    }

    /** As the demo's last one, of three models with two layers each. */
    @ParameterizedTest
    @ValueSource(ints = {40, 60, 80, 120})
    void tablesThatAreTooWideEitherWayAreSplit(int columns) {
        Table table =
                new Table(List.of("model", "test MSE", "layer", "active", "dead", "lifetime", "class selectivity"));
        for (String model : List.of("plain", "sparse", "selective")) {
            table.add(List.of(model, "0.01244", "h_e_1", "107.5 of 300", "31", "0.674", "0.495"));
            table.add(List.of(model, "0.01244", "h_e_2", "24.3 of 30", "2", "0.311", "0.244"));
        }
        String text = terminal(columns, StandardCharsets.UTF_8).text(table);
        assertThat(text.lines()).allMatch(line -> line.length() <= columns);
        assertThat(text.split("selective ?", -1)).as("every column").hasSize(2 + 1);
        assertThat(text.split("107.5 of 300", -1)).hasSize(3 + 1);
    }

    @Test
    void theBestOfAColumnStandsOutHoweverItIsShown() {
        Table table = new Table(List.of("model", "layer", "MSE", "share"));
        table.add(List.of("a", "h_e_1", "0.02", "5.00 %"));
        table.add(List.of("a", "h_e_2", "0.02", "–"));
        table.add(List.of("b", "h_e_1", "0.01", "12.00 %"));
        table.add(List.of("b", "h_e_2", "0.01", "3.00 %"));
        table.emphasize(2, Table.Best.LEAST);
        table.emphasize(3, Table.Best.GREATEST, 1);

        assertThat(table.toText(cell -> "<" + cell + ">")).isEqualTo("""
                model  layer   MSE    share
                a      h_e_1  0.02   5.00 %
                a      h_e_2  0.02        –
                b      h_e_1  <0.01>  <12.00 %>
                b      h_e_2  <0.01>   3.00 %
                """);
        assertThat(table.toMarkdown()).contains("| b | h_e_1 | **0.01** | **12.00 %** |");
        assertThat(table.transposed().toMarkdown()).contains("| MSE | 0.02 | 0.02 | **0.01** | **0.01** |");
        assertThat(table.transposed().split(20).get(1).toMarkdown()).contains("**0.01**");
    }

    /** Labels and keys of records are anybody's. */
    @Test
    void whatRecordsSayChangesNeitherTheTerminalNorTheTable() {
        Table table = new Table(List.of("label", "a\u001b[2J"));
        table.add(List.of("two\nlines", "a|b"));

        assertThat(table.toText()).isEqualTo("""
                label      a?[2J
                two?lines    a|b
                """);
        assertThat(table.toMarkdown()).isEqualTo("""
                | label | a?[2J |
                |---|---:|
                | two?lines | a\\|b |
                """);
    }

    @Test
    void withoutUnicodeItIsAsciiOfTheSameWidth() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream stream = terminal(80, StandardCharsets.US_ASCII).stream(printed);
        stream.println("near ρ –  ▄██▀");
        stream.printf(Locale.ROOT, "%s|", "–");
        stream.print('x');
        stream.flush();
        assertThat(printed.toString(StandardCharsets.US_ASCII)).isEqualTo("near r -  .##'\n-|x");
        assertThat(terminal(80, StandardCharsets.UTF_8).isUnicode()).isTrue();
        assertThat(terminal(80, StandardCharsets.ISO_8859_1).isUnicode()).isFalse();
    }
}
