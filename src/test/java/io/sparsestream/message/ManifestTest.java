package io.sparsestream.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparsestream.learn.Hyperparameters;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManifestTest {
    /** As it was written before there were schedules, and betas by layer. */
    private static final String EARLIER = """
            {"model":"sparse","architecture":[784,300,30,300,784],"hyperparameters":{"batch":60,"learningRate":0.01,
            "beta1":0.9,"beta2":0.999,"epsilon":1.0E-8,"alpha":5.0E-6,"beta":7.5E-5,"rho":0.02,"seed":4,
            "averagingWindow":10000},"step":200,"images":12000,"nextOffset":12000,"tensors":[
            {"name":"b_e_1","shape":[300],"dtype":"float32","chunks":1,"crc32c":17}]}""";

    @Test
    void anEarlierVersionsManifestHasOneBetaAndAConstantRate() {
        Manifest manifest = Json.read(EARLIER.getBytes(StandardCharsets.UTF_8), Manifest.class);
        assertThat(manifest.hyperparameters()).isEqualTo(Hyperparameters.SPARSE);
        assertThat(manifest.tensors().get(0).bytes()).isEqualTo(1200);
    }

    @Test
    void schedulesAndBetasByLayerSurvive() {
        Hyperparameters chosen =
                Hyperparameters.SPARSE.with(Map.of("beta", "1/2", "schedule", "step", "schedule-steps", "70"));
        byte[] json = Json.write(new Manifest("m", List.of(4, 3, 2, 3, 4), chosen, 1, 60, 60, List.of()));

        assertThat(new String(json, StandardCharsets.UTF_8))
                .contains("\"beta\":[1.0,2.0]")
                .contains("\"schedule\":{\"shape\":\"step\",\"steps\":70,\"factor\":0.1}");
        assertThat(Json.read(json, Manifest.class).hyperparameters()).isEqualTo(chosen);
    }

    @Test
    void kindsOfLayersSurviveAsTheTextThatPeopleWrite() {
        Hyperparameters chosen = Hyperparameters.PLAIN.with(
                Map.of("activation", "batchtopk:30/jumprelu", "output", "linear", "lambda", "1e-4"));
        byte[] json = Json.write(new Manifest("m", List.of(40, 30, 2, 30, 40), chosen, 1, 60, 60, List.of()));

        assertThat(new String(json, StandardCharsets.UTF_8))
                .contains("\"activation\":[\"batchtopk:30\",\"jumprelu\"],\"output\":\"linear\",\"lambda\":1.0E-4}");
        assertThat(Json.read(json, Manifest.class).hyperparameters()).isEqualTo(chosen);
    }

    /** So that earlier versions, which refuse what they do not know, read them. */
    @Test
    void theManifestOfASigmoidModelSaysNothingOfKinds() {
        byte[] json = Json.write(new Manifest("m", List.of(4, 2, 4), Hyperparameters.SPARSE, 1, 60, 60, List.of()));
        assertThat(new String(json, StandardCharsets.UTF_8))
                .contains("\"averagingWindow\":10000,\"schedule\":{\"shape\":\"constant\",\"steps\":0,\"factor\":1.0}}")
                .doesNotContain("activation", "output", "lambda");
        assertThat(Json.read(json, Manifest.class).hyperparameters()).isEqualTo(Hyperparameters.SPARSE);
    }

    @Test
    void whatARecordIsSurvives() {
        for (InputFormat.Label label : List.of(
                new InputFormat.Label.InField("kind"),
                new InputFormat.Label.InKey(),
                new InputFormat.Label.InHeader())) {
            InputFormat format =
                    new InputFormat(InputFormat.Kind.JSON, List.of("a", "b.c"), label, InputFormat.Missing.MEAN);
            Manifest manifest = Json.read(Json.write(withInput(format)), Manifest.class);
            assertThat(manifest.inputFormat()).isEqualTo(format);
        }
        assertThat(new String(Json.write(withInput(InputFormat.of(InputFormat.Kind.CSV))), StandardCharsets.UTF_8))
                .contains("\"input\":{\"kind\":\"csv\",\"fields\":[],\"labelKey\":false,\"missing\":\"refused\"}");
    }

    /** So that earlier versions, which refuse what they do not know, read them. */
    @Test
    void theManifestOfAnImageModelSaysNothingOfRecords() {
        byte[] json = Json.write(withInput(InputFormat.AUTO));
        assertThat(new String(json, StandardCharsets.UTF_8)).doesNotContain("input");
        assertThat(Json.read(json, Manifest.class).inputFormat()).isEqualTo(InputFormat.AUTO);
    }

    private static Manifest withInput(InputFormat format) {
        return new Manifest(
                "m",
                List.of(2, 1, 2),
                Hyperparameters.SPARSE,
                1,
                60,
                60,
                List.of(),
                null,
                null,
                null,
                null,
                Manifest.Input.of(format));
    }

    @Test
    void anUnknownActivationIsRefusedInOneLine() {
        String json = new String(
                        Json.write(new Manifest(
                                "m",
                                List.of(4, 2, 4),
                                Hyperparameters.PLAIN.with(Map.of("activation", "topk:2")),
                                1,
                                60,
                                60,
                                List.of())),
                        StandardCharsets.UTF_8)
                .replace("topk:2", "gelu");
        assertThatThrownBy(() -> Json.read(json, Manifest.class))
                .hasMessageContaining("activation must be sigmoid, relu, topk:K, batchtopk:K or jumprelu")
                .hasMessageContaining("not 'gelu'")
                .hasMessageNotContaining("\n");
    }
}
