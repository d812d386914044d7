package io.sparsestream.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparsestream.learn.Hyperparameters;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A model to train: a preset, or a file of hyperparameters whose name without its ending is the model's.
 *
 * <p>The file is a properties file or one JSON object, with the names that the options have ({@code learning-rate});
 * {@code preset} says which preset's values stand for what is missing, {@code sparse} unless given.
 */
record ModelChoice(String name, Hyperparameters hyperparameters) {
    private static final String PRESET = "preset";
    private static final String JSON = ".json";
    private static final String PROPERTIES = ".properties";

    /** @throws IllegalArgumentException if it is no preset and no file that can be used */
    static ModelChoice of(String presetOrFile) {
        if (!presetOrFile.endsWith(JSON) && !presetOrFile.endsWith(PROPERTIES)) {
            try {
                return new ModelChoice(presetOrFile, Hyperparameters.preset(presetOrFile));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        e.getMessage() + ", or name a " + PROPERTIES + " or " + JSON + " file", e);
            }
        }
        Path file = Path.of(presetOrFile);
        String name = file.getFileName().toString();
        try {
            Map<String, String> values = read(file);
            Hyperparameters preset = Hyperparameters.preset(values.getOrDefault(PRESET, "sparse"));
            values.remove(PRESET);
            return new ModelChoice(ModelName.check(name.substring(0, name.lastIndexOf('.'))), preset.with(values));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("cannot read " + file + ": there is no such file", e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot read " + file + ": " + e.getOriginalMessage(), e);
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static Map<String, String> read(Path file) throws IOException {
        String text = Files.readString(file);
        Map<String, String> values = new LinkedHashMap<>();
        if (file.toString().endsWith(JSON)) {
            JsonNode json = new ObjectMapper().readTree(text);
            if (!json.isObject()) {
                throw new IllegalArgumentException("one JSON object is expected, such as {\"beta\": 7.5e-4}");
            }
            json.properties().forEach(entry -> values.put(entry.getKey(), text(entry.getValue())));
        } else {
            Properties properties = new Properties();
            properties.load(new StringReader(text));
            properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
        }
        return values;
    }

    /** An array is one value for each layer. */
    private static String text(JsonNode value) {
        return value.isArray()
                ? StreamSupport.stream(value.spliterator(), false)
                        .map(JsonNode::asText)
                        .collect(Collectors.joining("/"))
                : value.asText();
    }
}
