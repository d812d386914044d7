package io.sparsestream.cli.option;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparsestream.learn.Architecture;
import io.sparsestream.learn.Hyperparameters;
import io.sparsestream.message.Control;
import io.sparsestream.message.Json;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/**
 * A model to train: a preset, or a file of hyperparameters whose name without its ending is the model's.
 *
 * <p>The file is a properties file or one JSON object, with the names that the options have ({@code learning-rate});
 * {@code preset} says which preset's values stand for what is missing, {@code sparse} unless given.
 */
public record ModelChoice(String name, Hyperparameters hyperparameters, Architecture architecture) {
    private static final String PRESET = "preset";
    /** The preset unless another is chosen. */
    public static final String DEFAULT = "sparse";

    private static final String JSON = ".json";
    private static final String PROPERTIES = ".properties";
    private static final String BYTE_ORDER_MARK = "\uFEFF"; // some editors' beginning of a UTF-8 file

    /** @throws IllegalArgumentException if it is no preset and no file that can be used */
    public static ModelChoice of(String presetOrFile) {
        if (!presetOrFile.endsWith(JSON) && !presetOrFile.endsWith(PROPERTIES)) {
            try {
                return preset(presetOrFile);
            } catch (IllegalArgumentException e) {
                String message = e.getMessage();
                throw new IllegalArgumentException(
                        message + (message.endsWith("?") ? "" : ", or name a " + PROPERTIES + " or " + JSON + " file"),
                        e);
            }
        }
        Path file = Path.of(presetOrFile);
        String name = file.getFileName().toString();
        try {
            Map<String, String> values = read(file);
            ModelChoice preset = preset(values.getOrDefault(PRESET, DEFAULT));
            values.remove(PRESET);
            return new ModelChoice(
                    ModelName.check(name.substring(0, name.lastIndexOf('.'))),
                    preset.hyperparameters().with(values),
                    preset.architecture());
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("cannot read " + file + ": there is no such file", e);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("cannot read " + file + ": it is not UTF-8 text: save it as such", e);
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * The preset of that name.
     *
     * @param otherwise the preset where there is none
     */
    public static ModelChoice named(String name, String otherwise) {
        return preset(Hyperparameters.isPreset(name) ? name : otherwise);
    }

    private static ModelChoice preset(String name) {
        return new ModelChoice(name, Hyperparameters.preset(name), Hyperparameters.presetArchitecture(name));
    }

    private static Map<String, String> read(Path file) throws IOException {
        String text = Files.readString(file);
        if (text.startsWith(BYTE_ORDER_MARK)) {
            text = text.substring(BYTE_ORDER_MARK.length());
        }
        if (file.toString().endsWith(JSON)) {
            JsonNode json = Json.tree(text.getBytes(StandardCharsets.UTF_8));
            if (!json.isObject()) {
                throw new IllegalArgumentException("one JSON object is expected, such as {\"beta\": 7.5e-4}");
            }
            return Control.texts(json);
        }
        UniqueProperties properties = new UniqueProperties();
        properties.load(new StringReader(text));
        Map<String, String> values = new LinkedHashMap<>();
        properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
        return values;
    }

    /** Of which no key may come twice; blanks behind a value, which cannot be seen, do not count. */
    private static final class UniqueProperties extends Properties {
        private static final long serialVersionUID = 1;

        @Override
        public synchronized Object put(Object key, Object value) {
            if (containsKey(key)) {
                throw new IllegalArgumentException(key + " is given twice");
            }
            return super.put(key, value.toString().strip());
        }
    }
}
