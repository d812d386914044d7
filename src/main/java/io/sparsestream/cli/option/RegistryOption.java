package io.sparsestream.cli.option;

import io.sparsestream.message.InputFormat;
import io.sparsestream.registry.SchemaRegistry;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the schemas of Avro records are. */
@About(Section.RECORDS)
public final class RegistryOption {
    @Option(
            names = "--schema-registry",
            paramLabel = "URL",
            description = "Where the schemas of Avro records are, such as http://localhost:8081 or"
                    + " https://USER:PASSWORD@HOST (default: none).")
    private Optional<String> url = Optional.empty();

    private Optional<SchemaRegistry> schemas = Optional.empty(); // one for all, once it is needed

    /**
     * A format with the schemas that its records need.
     *
     * @throws IllegalArgumentException if the option is missing, or the format has no schemas
     */
    public synchronized InputFormat withSchemas(InputFormat format) {
        if (url.isEmpty()) {
            return format.withoutSchemas();
        }
        if (schemas.isEmpty()) {
            schemas = Optional.of(SchemaRegistry.at(url.get()));
        }
        return format.with(schemas.get());
    }
}
