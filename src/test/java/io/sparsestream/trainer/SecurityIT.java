package io.sparsestream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparsestream.broker.EmbeddedBroker;
import io.sparsestream.dataset.Dataset;
import io.sparsestream.dataset.Split;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Autoencoder;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.learn.nd4j.OpenBlas;
import io.sparsestream.message.InputFormat;
import io.sparsestream.message.ReconstructionFormat;
import io.sparsestream.replay.Replay;
import io.sparsestream.score.ScoreSettings;
import io.sparsestream.score.ScoringApplication;
import io.sparsestream.stream.Keep;
import io.sparsestream.stream.OnGap;
import io.sparsestream.stream.TaskSettings;
import io.sparsestream.stream.TrainingListener;
import io.sparsestream.stream.rounds.Sync;
import io.sparsestream.support.Await;
import io.sparsestream.support.Ports;
import io.sparsestream.support.Tail;
import io.sparsestream.topic.ModelTopic;
import io.sparsestream.topic.TopicSetup;
import io.sparsestream.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS, SCRAM and ACLs on a real broker with an authorizer; the ACLs are those of docs/SECURITY.md. */
class SecurityIT {
    private static final String PASSWORD = "a-store-password";
    private static final String TRAINER = "The rights that a trainer needs";
    private static final String REPLICAS = "The rights that replicas need";
    private static final String SCORER = "The rights that scoring needs";
    private static final int STEPS = 2;
    private static final Pattern ROW =
            Pattern.compile("\\| (topic|group|transactional-id) \\| (literal|prefixed) \\| `(.+?)` \\| (.+?) \\|");

    @TempDir
    Path directory;

    private EmbeddedBroker broker;
    private Map<String, Object> administrator;
    private String secureServers;
    private Dataset digits;

    @BeforeEach
    void start() throws Exception {
        Path keys = directory.resolve("broker.p12");
        keytool(
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1");
        int plain = Ports.free();
        int controller = Ports.free();
        int secure = Ports.free();
        broker = EmbeddedBroker.start(
                directory.resolve("broker"),
                plain,
                Map.of(
                        "listeners",
                                "PLAINTEXT://127.0.0.1:" + plain + ",SECURE://127.0.0.1:" + secure
                                        + ",CONTROLLER://127.0.0.1:" + controller,
                        "controller.quorum.voters", "1@127.0.0.1:" + controller,
                        "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL",
                        "sasl.enabled.mechanisms", "SCRAM-SHA-512",
                        "listener.name.secure.scram-sha-512.sasl.jaas.config",
                                "org.apache.kafka.common.security.scram.ScramLoginModule required;",
                        "ssl.keystore.location", keys.toString(),
                        "ssl.keystore.password", PASSWORD,
                        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                        "super.users", "User:ANONYMOUS"));
        administrator = Map.of("bootstrap.servers", broker.bootstrapServers());
        secureServers = "127.0.0.1:" + secure;
        digits = Dataset.read(Path.of("data/mnist"), Split.TEST);
    }

    /** All topics, and images for about so many steps of each partition. */
    private void prepare(int partitions) throws Exception {
        TopicSetup.createImages(administrator, Topics.IMAGES, partitions);
        TopicSetup.createAll(administrator, Topics.IMAGES, new Topics("sparse"));
        replay(partitions * STEPS);
    }

    private void replay(int steps) throws IOException {
        try (Replay replay = new Replay(administrator, Topics.IMAGES, digits, 1)) {
            replay.run(0, steps * (long) Hyperparameters.SPARSE.batch(), 0, position -> true);
        }
    }

    @AfterEach
    void stop() throws Exception {
        broker.close();
    }

    @Test
    void theDocumentedRightsAreEnoughAndEachOfThemIsNeeded() throws Exception {
        prepare(1);
        List<AclBinding> documented = documentedAcls("trainer", TRAINER);
        assertThat(documented).hasSize(12);

        Map<String, Object> trainer = user("trainer", documented);
        try (Trainer running = train(trainer, "all")) {
            awaitPublished(STEPS, running);
        }

        // One of each kind, since each takes a start of its own: the topics read, one written, the group, transactions.
        for (int missing : new int[] {0, 1, 2, 9, 10}) {
            String name = "without-" + missing;
            List<AclBinding> rest = documentedAcls(name, TRAINER);
            assertIsNeeded(rest.remove(missing), rest, name, 1);
        }
    }

    @Test
    @Tag("long")
    void replicasNeedTheirRightsBesides() throws Exception {
        prepare(2);
        List<AclBinding> documented = documentedAcls("replicas", TRAINER);
        int besides = documented.size();
        documented.addAll(documentedAcls("replicas", REPLICAS));
        assertThat(documented).hasSize(besides + 4);

        try (Trainer running = train(user("replicas", documented), "all")) {
            awaitPublished(STEPS + 1, running); // more than one of the two can have made
        }

        for (int missing = 0; missing < 4; missing++) {
            String name = "replicas-without-" + missing;
            List<AclBinding> rest = documentedAcls(name, TRAINER);
            rest.addAll(documentedAcls(name, REPLICAS));
            assertIsNeeded(rest.remove(besides + missing), rest, name, 2);
        }
    }

    /** @param rest all rights but the one */
    private void assertIsNeeded(AclBinding withheld, List<AclBinding> rest, String name, int steps) throws Exception {
        Map<String, Object> properties = user(name, rest);
        assertThatThrownBy(() -> {
                    try (Trainer running = train(properties, name)) {
                        replay(steps);
                        running.failed().get(60, TimeUnit.SECONDS);
                    }
                })
                .as("without %s", withheld)
                .isInstanceOf(ExecutionException.class)
                .hasStackTraceContaining("uthoriz");
    }

    @Test
    void theDocumentedRightsAreEnoughToScore() throws Exception {
        prepare(1);
        Topics topics = new Topics("sparse");
        TopicSetup.createScores(administrator, Topics.IMAGES, topics);
        List<AclBinding> documented = documentedAcls("scorer", SCORER);
        assertThat(documented).hasSize(9);
        try (Trainer running = train(administrator, "all")) {
            awaitPublished(STEPS, running);
        }
        try (ScoringApplication scoring = ScoringApplication.start(
                        user("scorer", documented),
                        directory.resolve("scores"),
                        ScoreSettings.of("sparse", Topics.IMAGES),
                        OpenBlas::new,
                        new TrainingListener() {});
                Tail scores = new Tail(administrator, new TopicPartition(topics.scores(), 0))) {
            Await.until("all images to be scored", () -> {
                assertThat(scoring.failed()).isNotDone();
                return scores.records().size() >= STEPS * Hyperparameters.SPARSE.batch();
            });
        }
    }

    @Test
    void aClientWithoutRightsOrWithAWrongPasswordIsRefused() throws Exception {
        prepare(1);
        Map<String, Object> stranger = user("stranger", List.of());
        assertThatThrownBy(() -> train(stranger, "stranger"))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(AuthorizationException.class);

        Map<String, Object> wrong = new HashMap<>(stranger);
        wrong.put("sasl.jaas.config", jaas("stranger", "not the password"));
        assertThatThrownBy(() -> train(wrong, "stranger")).hasMessageContaining("Authentication failed");
    }

    private void awaitPublished(long step, Trainer trainer) throws InterruptedException {
        Await.until("the model of step " + step, () -> {
            assertThat(trainer.failed()).isNotDone();
            return ModelTopic.read(administrator, "sparse").step() >= step; // throws an exception before the first
        });
    }

    private Trainer train(Map<String, Object> kafka, String state) throws Exception {
        return Trainer.start(
                new TrainerSettings(
                        kafka,
                        directory.resolve(state),
                        Sync.DEFAULT,
                        new TaskSettings(
                                new Topics("sparse"),
                                Topics.IMAGES,
                                Duration.ofMillis(500),
                                new Keep(3, 0),
                                Duration.ofMillis(200),
                                InputFormat.AUTO,
                                ReconstructionFormat.UINT8,
                                Optional.empty(),
                                OnGap.FAIL)),
                () -> new Autoencoder(Architecture.DEFAULT, Hyperparameters.SPARSE, new OpenBlas()),
                new TrainingListener() {});
    }

    /** Makes the user, with these rights, and returns the client properties that log in. */
    private Map<String, Object> user(String name, List<AclBinding> rights) throws Exception {
        String password = name + "'s password";
        try (Admin admin = Admin.create(administrator)) {
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                            name, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), password)))
                    .all()
                    .get();
            admin.createAcls(rights).all().get();
            // The broker answers before it has taken over what it has written.
            AclBindingFilter ofUser = new AclBindingFilter(
                    ResourcePatternFilter.ANY,
                    new AccessControlEntryFilter("User:" + name, null, AclOperation.ANY, AclPermissionType.ANY));
            Await.until(
                    "the rights of " + name,
                    () -> admin.describeAcls(ofUser).values().get().size() == rights.size());
        }
        Map<String, Object> properties = Map.of(
                "bootstrap.servers",
                secureServers,
                "security.protocol",
                "SASL_SSL",
                "ssl.truststore.location",
                directory.resolve("broker.p12").toString(),
                "ssl.truststore.password",
                PASSWORD,
                "sasl.mechanism",
                "SCRAM-SHA-512",
                "sasl.jaas.config",
                jaas(name, password));
        Await.until("the login of " + name, () -> {
            try (Admin own = Admin.create(properties)) {
                return !own.describeCluster().nodes().get().isEmpty();
            }
        });
        return properties;
    }

    private static String jaas(String user, String password) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                + password + "\";";
    }

    /** @param section heading of the table */
    private static List<AclBinding> documentedAcls(String user, String section) throws IOException {
        List<AclBinding> acls = new ArrayList<>();
        String text = Files.readString(Path.of("docs/SECURITY.md")).split("\n## " + section + "\n")[1];
        Matcher row = ROW.matcher(text.split("\n## ")[0]);
        while (row.find()) {
            ResourcePattern resource = new ResourcePattern(
                    ResourceType.fromString(row.group(1).replace('-', '_')),
                    row.group(3),
                    PatternType.valueOf(row.group(2).toUpperCase(Locale.ROOT)));
            for (String operation : row.group(4).split(", ")) {
                acls.add(new AclBinding(
                        resource,
                        new AccessControlEntry(
                                "User:" + user, "*", AclOperation.fromString(operation), AclPermissionType.ALLOW)));
            }
        }
        return acls;
    }

    private void keytool(String... arguments) throws Exception {
        List<String> command = Stream.concat(
                        Stream.of(Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString()),
                        Stream.of(arguments))
                .collect(java.util.stream.Collectors.toCollection(ArrayList::new));
        command.addAll(List.of(
                "-keystore",
                directory.resolve("broker.p12").toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-validity",
                "1"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
    }
}
