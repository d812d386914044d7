package io.sparsestream;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.sparsestream.stream.Restartable;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.text.DecimalFormat;
import java.util.Arrays;
import java.util.Formatter;
import java.util.stream.Stream;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.junit.jupiter.api.Test;

/** The borders between the rooms. */
class ArchitectureTest {
    private static final String ROOT = "io.sparsestream.";
    private static final String PROTOBUF = "org.nd4j.shade.protobuf..";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.sparsestream");

    @Test
    void onlyLearnNd4jKnowsTheNativeLibraries() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "learn.nd4j..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.nd4j..", "org.bytedeco..")
                        .and(resideOutsideOfPackage(PROTOBUF))) // which ND4J brings for the files of models
                .check(CLASSES);
    }

    @Test
    void learningAndReadingKnowNoKafka() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + "learn..", ROOT + "numpy..", ROOT + "dataset..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "kafka..")
                .check(CLASSES);
    }

    @Test
    void learningReadingAndTheBrokerKnowNoOtherRoom() {
        for (String room : new String[] {"learn", "numpy", "broker"}) {
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + room + "..")
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("io.sparsestream..").and(resideOutsideOfPackage(ROOT + room + "..")))
                    .check(CLASSES);
        }
        onlyKnows("dataset", "numpy");
    }

    /** Kafka Streams starts the very same processor again: whatever one remembers would outlive a lost transaction. */
    @Test
    void everyProcessorCanBeStartedAgain() {
        classes()
                .that()
                .implement(ProcessorSupplier.class)
                .should(new ArchCondition<>("make Restartable processors") {
                    @Override
                    public void check(JavaClass supplier, ConditionEvents events) {
                        boolean made = supplier.getConstructorCallsFromSelf().stream()
                                .anyMatch(call -> call.getTargetOwner().isEquivalentTo(Restartable.class));
                        events.add(new SimpleConditionEvent(supplier, made, supplier.getName() + " makes others"));
                    }
                })
                .check(CLASSES);
    }

    /** A program that uses it has none of what is optional. */
    @Test
    void theLibraryKnowsOnlyWhatItsUserHas() {
        onlyKnows("api", "learn", "learn.nd4j", "message", "model", "stream");
        noClasses()
                .that()
                .resideInAnyPackage(
                        ROOT + "api..", ROOT + "learn", ROOT + "message..", ROOT + "topic..", ROOT + "stream")
                .and()
                .haveNameNotMatching(".*\\.Avro.*") // the program's vectors are floats
                .should()
                .dependOnClassesThat(resideOutsideOfPackages(
                        "java..",
                        "io.sparsestream..",
                        "com.fasterxml.jackson..",
                        "org.apache.kafka.clients..",
                        "org.apache.kafka.common..",
                        "org.apache.kafka.streams..",
                        "org.slf4j.."))
                .check(CLASSES);
    }

    @Test
    void topicsKnowNoKafkaStreams() {
        onlyKnows("topic", "learn", "message", "model");
        noClasses()
                .that()
                .resideInAPackage(ROOT + "topic..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka.streams..")
                .check(CLASSES);
    }

    @Test
    void eachModeKnowsOnlyWhatItIsMadeOf() {
        String[] shared = {"learn", "message", "model", "topic"};
        onlyKnows("stream", shared);
        onlyKnows("stream.single", with(shared, "stream"));
        onlyKnows("stream.rounds", with(shared, "stream", "stream.single"));
        onlyKnows("stream.keyed", with(shared, "stream"));
        onlyKnows("application", with(shared, "stream"));
        onlyKnows("trainer", with(shared, "stream", "stream.single", "stream.rounds", "stream.keyed", "application"));
    }

    @Test
    void modelFilesKnowOnlyLearningAndMessagesAndAloneTheirFormat() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "model..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.sparsestream..")
                        .and(resideOutsideOfPackages(
                                ROOT + "model..", ROOT + "learn", ROOT + "message..", ROOT + "numpy..")))
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "kafka..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "model..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("onnx..", PROTOBUF)
                .check(CLASSES);
    }

    @Test
    void theSchemaRegistryKnowsMessagesAndAloneAsksByHttp() {
        onlyKnows("registry", "message", "model");
        noClasses()
                .that()
                .resideInAPackage(ROOT + "registry..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "kafka..", "org.apache.avro..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "registry..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.net.http..")
                .check(CLASSES);
    }

    @Test
    void scoringKnowsWhatTasksShareButNoModeOfTraining() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "score..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.sparsestream..")
                        .and(resideOutsideOfPackages(
                                ROOT + "score..",
                                ROOT + "learn",
                                ROOT + "message..",
                                ROOT + "model",
                                ROOT + "topic",
                                ROOT + "stream",
                                ROOT + "application")))
                .check(CLASSES);
    }

    @Test
    void watchingKnowsOnlyMessagesAndTopics() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "watch..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.sparsestream..")
                        .and(resideOutsideOfPackages(ROOT + "watch..", ROOT + "message..", ROOT + "topic")))
                .check(CLASSES);
    }

    @Test
    void thePageKnowsTheTrainerButNoKafka() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "web..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..", "kafka..", ROOT + "cli..", ROOT + "broker..", ROOT + "replay..")
                .check(CLASSES);
    }

    @Test
    void sweepingAndSimulatingKnowNoTrainerAndNoBlas() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + "sweep..", ROOT + "simulate..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka.streams..",
                        ROOT + "learn.nd4j..",
                        ROOT + "stream..",
                        ROOT + "application..",
                        ROOT + "trainer..",
                        ROOT + "web..",
                        ROOT + "cli..")
                .check(CLASSES);
    }

    @Test
    void comparingKnowsNoKafkaAndAloneDrawsCharts() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "compare..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..",
                        "kafka..",
                        ROOT + "stream..",
                        ROOT + "topic..",
                        ROOT + "trainer..",
                        ROOT + "web..",
                        ROOT + "cli..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "compare..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.knowm..")
                .check(CLASSES);
    }

    @Test
    void onlyTheCommandLineKnowsItsLibrary() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(CLASSES);
    }

    /** Numbers are those of the documentation whatever the locale: scripts read them. */
    @Test
    void nothingIsFormattedByTheDefaultLocale() {
        noClasses()
                .should()
                .callMethod(String.class, "format", String.class, Object[].class)
                .orShould()
                .callMethod(String.class, "formatted", Object[].class)
                .orShould()
                .callMethod(String.class, "toLowerCase")
                .orShould()
                .callMethod(String.class, "toUpperCase")
                .orShould()
                .callMethod(PrintStream.class, "printf", String.class, Object[].class)
                .orShould()
                .callMethod(PrintStream.class, "format", String.class, Object[].class)
                .orShould()
                .callMethod(PrintWriter.class, "printf", String.class, Object[].class)
                .orShould()
                .callMethod(PrintWriter.class, "format", String.class, Object[].class)
                .orShould()
                .callConstructor(Formatter.class)
                .orShould()
                .callConstructor(DecimalFormat.class, String.class)
                .check(CLASSES);
    }

    @Test
    void roomsDependOnOneAnotherInOneDirection() {
        slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    /** Whoever reads a class need not have read another that needs it. Nested classes are part of the one around them. */
    @Test
    void noClassesDependOnOneAnotherInACircle() {
        slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass each) {
                        return SliceIdentifier.of(each.getName().replaceFirst("\\$.*", ""));
                    }

                    @Override
                    public String getDescription() {
                        return "classes";
                    }
                })
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    /** Of the product's packages, that one depends on these alone. */
    private static void onlyKnows(String one, String... others) {
        noClasses()
                .that()
                .resideInAPackage(ROOT + one)
                .should()
                .dependOnClassesThat(resideInAPackage("io.sparsestream..")
                        .and(resideOutsideOfPackages(Stream.concat(Stream.of(one), Arrays.stream(others))
                                .map(each -> ROOT + each)
                                .toArray(String[]::new))))
                .check(CLASSES);
    }

    private static String[] with(String[] some, String... more) {
        return Stream.concat(Arrays.stream(some), Arrays.stream(more)).toArray(String[]::new);
    }
}
