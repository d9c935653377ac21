package org.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The schemas editors use are those of this program: a change of a record without {@code hub schema schemas} fails here. */
class SchemaCommandTest {
    private static final Path SHIPPED = Path.of("schemas");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void theShippedSchemasAreThoseOfTheRecords(@TempDir Path folder) throws IOException {
        Cli schema = Cli.hub("schema", folder.toString());

        assertThat(schema.exit()).isZero();
        assertThat(texts(SHIPPED))
                .as("after a change of a configuration record: ./hub schema schemas")
                .isEqualTo(texts(folder));
    }

    static List<Path> shippedFiles() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("connectors-config"))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("shippedFiles")
    void whatIsShippedIsValidForEditors(Path file) throws IOException {
        List<JsonNode> documents = new ArrayList<>();
        for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(Files.readString(file))) {
            documents.add(JSON.valueToTree(document));
        }

        assertThat(documents).isNotEmpty().allSatisfy(document -> {
            String kind = document.path("kind").asText();
            JsonNode schema = JSON.readTree(Files.readString(SHIPPED.resolve(kind + ".schema.json")));
            assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
                            .getSchema(schema)
                            .validate(document))
                    .isEmpty();
        });
    }

    private static Map<String, String> texts(Path folder) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> file.toString().endsWith(".schema.json")).forEach(file -> {
                try {
                    texts.put(file.getFileName().toString(), Files.readString(file));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return texts;
    }
}
