package io.sparsestream.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.ForwardPass;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.Learner;
import io.sparsestream.learn.MeasuredLearner;
import io.sparsestream.learn.MiniBatch;
import io.sparsestream.learn.PortableProduct;
import io.sparsestream.learn.ScaledLearner;
import io.sparsestream.message.ControlResult;
import io.sparsestream.message.InputFormat;
import io.sparsestream.support.Await;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the page explores of models, over real HTTP, with real learners in the stream threads' place. */
@Timeout(60)
class ExploreRoutesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> FIELDS = List.of("temperature", "pressure", "flow", "level");

    private final Random random = new Random(3);
    private final Learner digits = new MeasuredLearner(
            new Autoencoder(
                    Architecture.of(64, 20, 6, 20, 64),
                    Hyperparameters.SELECTIVE.with(Map.of("activation", "topk:5/topk:3", "batch", "10")),
                    new PortableProduct()),
            new PortableProduct());
    private final Learner sensors =
            ScaledLearner.of(new Autoencoder(Architecture.of(4, 3, 4), Hyperparameters.VECTORS, new PortableProduct()));
    private final HttpClient client = HttpClient.newHttpClient();
    private LivePage page;
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        page = LivePage.start(List.of("digits", "sensors"), false);
        page.feed("sensors")
                .expect(
                        new InputFormat(
                                InputFormat.Kind.JSON,
                                FIELDS,
                                new InputFormat.Label.InHeader(),
                                InputFormat.Missing.REFUSED),
                        "records",
                        false);
        server = HttpServer.start("127.0.0.1", 0, page);
    }

    @AfterEach
    void stop() throws InterruptedException {
        page.close();
        server.close();
    }

    @Test
    void beforeTheFirstStepThereIsNothingToExplore() throws Exception {
        assertThat(get("/explore").body())
                .isEqualTo("[{\"model\":\"digits\",\"layers\":[]},{\"model\":\"sensors\",\"layers\":[]}]");
        for (String question : List.of("/units?layer=h_e_1&", "/unit?layer=h_e_1&unit=0&", "/codes?", "/code?")) {
            HttpResponse<String> answer = get(question + "model=digits");
            assertThat(answer.statusCode()).as(question).isEqualTo(503);
            assertThat(answer.body()).isEqualTo("the model has made no step since the process began");
        }
    }

    @Test
    void whatIsNotThereIsRefusedWithAReason() throws Exception {
        step("digits", digits);
        refused("/units?model=nobody&layer=h_e_1", 404, "no such model here");
        refused("/units?model=digits&layer=h_e_3", 404, "the hidden layers are h_e_1, h_e_2");
        refused("/units?model=digits", 404, "the hidden layers are h_e_1, h_e_2");
        refused("/unit?model=digits&layer=h_e_2&unit=6", 404, "the layer has 6 units, counted from 0");
        refused("/unit?model=digits&layer=h_e_2&unit=-1", 400, "unit must be a whole number from 0 on");
        refused("/code?model=digits&record=10", 404, "that record is not among the recent ones any more");
        refused("/code?model=digits&record=x", 400, "record must be a whole number from 0 on");
        assertThat(get("/code?model=digits&record=9").statusCode()).isEqualTo(200);
    }

    private void refused(String question, int status, String reason) throws Exception {
        HttpResponse<String> answer = get(question);
        assertThat(answer.body()).isEqualTo(reason);
        assertThat(answer.statusCode()).isEqualTo(status);
    }

    @Test
    void unitsOfEveryLayerAreShownAsPictures() throws Exception {
        step("digits", digits);
        assertThat(json("/explore").at("/0/layers"))
                .extracting(JsonNode::asText)
                .containsExactly("h_e_1", "h_e_2");
        JsonNode first = json("/units?model=digits&layer=h_e_1");
        assertThat(first.get("units").asInt()).isEqualTo(20);
        assertThat(first.get("records").asInt()).isEqualTo(10);
        assertThat(first.at("/pictures/rows").asInt()).isEqualTo(8);
        assertThat(first.at("/pictures/seen").binaryValue()).hasSize(20 * 64);
        assertThat(first.at("/pictures/added").binaryValue()).hasSize(20 * 64);
        assertThat(first.get("bars")).isNull();
        JsonNode code = json("/units?model=digits&layer=h_e_2");
        assertThat(code.get("density")).hasSize(6);
        assertThat(code.at("/pictures/seen").binaryValue()).hasSize(6 * 64);
    }

    @Test
    void aUnitIsWhatTheRecordsSayOfIt() throws Exception {
        List<float[]> records = new ArrayList<>();
        List<Float> activations = new ArrayList<>();
        MiniBatch batch = batch(digits);
        ForwardPass forward = digits.reconstruct(batch);
        int unit = 0; // one that is active for some
        while (forward.meanActivations()[1][unit] == 0) {
            unit++;
        }
        for (int i = 0; i < 10; i++) {
            activations.add(forward.activations()[1][i * 6 + unit]);
            records.add(Arrays.copyOfRange(batch.images(), i * 64, (i + 1) * 64));
        }
        page.feed("digits").onStep(digits.train(batch), digits, 0);

        JsonNode answer = json("/unit?model=digits&layer=h_e_2&unit=" + unit);
        List<Float> strongest = activations.stream()
                .filter(each -> each > 0)
                .sorted((a, b) -> Float.compare(b, a))
                .limit(9)
                .toList();
        assertThat(answer.get("strongest")).hasSize(strongest.size());
        for (int i = 0; i < strongest.size(); i++) {
            JsonNode strong = answer.get("strongest").get(i);
            assertThat((float) strong.get("activation").asDouble()).isEqualTo(strongest.get(i));
            assertThat(activations.get(strong.get("record").asInt())).isEqualTo(strongest.get(i));
            assertThat(strong.get("label").asText())
                    .isEqualTo(batchLabel(strong.get("record").asInt()));
        }
        assertThat(answer.get("active").asDouble())
                .isEqualTo(activations.stream().filter(each -> each > 0).count() / 10.0);
        int counted = 0;
        for (JsonNode count : answer.at("/histogram/counts")) {
            counted += count.asInt();
        }
        assertThat(counted).isEqualTo(10);
        // The mean of the strongest, weighted, minus the mean of all.
        double[] expected = new double[64];
        double weights = activations.stream().mapToDouble(each -> each).sum();
        for (int i = 0; i < 10; i++) {
            for (int pixel = 0; pixel < 64; pixel++) {
                expected[pixel] += records.get(i)[pixel] * (activations.get(i) / weights - 0.1);
            }
        }
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        assertThat(answer.at("/picture/seenScale").asDouble()).isCloseTo(largest, within(1e-5));
        byte[] seen = answer.at("/picture/seen").binaryValue();
        for (int pixel = 0; pixel < 64; pixel++) {
            assertThat(seen[pixel] & 0xff).isBetween((int) (127 + 127 * expected[pixel] / largest), (int)
                    (129.5 + 127 * expected[pixel] / largest));
        }
    }

    @Test
    void ofVectorsTheInputsAreNamedAndInTheirOwnUnits() throws Exception {
        for (int i = 0; i < 3; i++) {
            step("sensors", sensors);
        }
        JsonNode sheet = json("/units?model=sensors&layer=h_e_1");
        assertThat(sheet.at("/bars/names")).extracting(JsonNode::asText).containsExactlyElementsOf(FIELDS);
        assertThat(sheet.get("pictures")).isNull();
        assertThat(sheet.at("/bars/seen")).hasSize(3);
        JsonNode unit = json("/unit?model=sensors&layer=h_e_1&unit=1");
        assertThat(unit.get("inputs")).hasSize(4);
        for (JsonNode input : unit.get("inputs")) {
            int place = FIELDS.indexOf(input.get("name").asText());
            assertThat(input.get("mean").asDouble()).isCloseTo(100.0 * (place + 1) + 0.5, within(0.5));
        }
        assertThat(unit.at("/strongest/0/telling/0/name").asText()).isIn(FIELDS);
        assertThat(json("/codes?model=sensors").at("/vectors/names")).hasSize(4);
    }

    @Test
    void aCodeIsOfTheParametersThatComeWithItAndIsDecodedAsTheModelDoes() throws Exception {
        step("digits", digits);
        JsonNode code = json("/code?model=digits&record=4");
        MiniBatch one = digits.newBatch();
        float[] values = floats(code.get("values"));
        one.add(values, 0, "");
        ForwardPass forward = digits.reconstruct(one); // by the weights after the step
        assertThat(code.get("step").asLong()).isEqualTo(digits.state().step());
        assertThat(floats(code.get("code"))).containsExactly(Arrays.copyOf(forward.activations()[1], 6), within(1e-5f));
        assertThat(floats(code.get("reconstruction")))
                .containsExactly(Arrays.copyOf(forward.reconstructions(), 64), within(1e-5f));
        assertThat(code.get("mse").asDouble()).isCloseTo(forward.mse()[0], within(1e-6));
        assertThat(code.get("decoder").binaryValue()).hasSize(4 * (6 * 20 + 20 + 20 * 64 + 64));
        assertThat(json("/code?model=digits&record=4&known=" + code.get("step")).get("decoder"))
                .as("a decoder that is known is not sent again")
                .isNull();

        for (int i = 0; i < 2; i++) {
            step("sensors", sensors);
        }
        JsonNode scaled = json("/code?model=sensors");
        assertThat(scaled.get("scale").asText()).isNotEqualTo("none");
        assertThat(scaled.get("decoder").binaryValue()).hasSize(4 * (3 * 4 + 4 + 4 + 4));
        assertThat(scaled.get("names")).hasSize(4);
    }

    @Test
    void aModelThatIsSetBackIsExploredAnew() throws Exception {
        step("digits", digits);
        assertThat(json("/codes?model=digits").get("records")).hasSize(10);
        json("/code?model=digits&record=4"); // which may be shown when it is no more among the recent ones
        ModelFeed feed = page.feed("digits");
        feed.onControl(
                ControlResult.of(
                        "digits",
                        digits,
                        "{\"command\":\"reset\"}".getBytes(StandardCharsets.UTF_8),
                        "control-0@0",
                        control -> digits.reset(5)),
                digits);
        feed.onStep(digits.train(batch(digits)), digits, 0);
        Await.until(
                "answers of a second ago are gone",
                () -> json("/units?model=digits&layer=h_e_1").get("step").asLong() == 1);
        assertThat(feed.recent().look(Recent::size)).hasValue(10);
        for (int age = 0; age < 10; age++) {
            int each = age;
            long number = feed.recent().look(recent -> recent.number(each)).orElseThrow();
            assertThat(floats(json("/code?model=digits&record=" + number).get("values")))
                    .as("not those of a record of the model before")
                    .isEqualTo(feed.recent()
                            .look(recent -> OneUnit.row(recent, each))
                            .orElseThrow());
        }
    }

    /** Steps until the records of one are taken: that goes by time. */
    private void step(String model, Learner learner) throws Exception {
        ModelFeed feed = page.feed(model);
        long before = feed.recent().look(Recent::newest).orElse(-1L);
        Await.until("a mini-batch is taken", () -> {
            feed.onStep(learner.train(batch(learner)), learner, 0);
            return feed.recent().look(Recent::newest).orElse(-1L) > before;
        });
    }

    private MiniBatch batch(Learner learner) {
        MiniBatch batch = learner.newBatch();
        int inputs = learner.architecture().inputs();
        while (!batch.isFull()) {
            float[] values = new float[inputs];
            for (int j = 0; j < inputs; j++) {
                values[j] = inputs == 4 ? (float) (100 * (j + 1) + random.nextDouble()) : random.nextFloat();
            }
            batch.add(values, 0, batchLabel(batch.size()));
        }
        return batch;
    }

    private static String batchLabel(int place) {
        return place % 3 == 0 ? "" : "label " + place % 2;
    }

    private static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) array.get(i).asDouble();
        }
        return values;
    }

    private JsonNode json(String question) throws Exception {
        HttpResponse<String> answer = get(question);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        return JSON.readTree(answer.body());
    }

    private HttpResponse<String> get(String question) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + question);
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
