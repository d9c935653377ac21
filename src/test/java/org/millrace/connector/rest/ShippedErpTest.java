package org.millrace.connector.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Every shipped ERP connector: it passes the check, is valid for editors, has a page, and says and understands what its
 * cases hold.
 */
class ShippedErpTest {
    private static final Path CASES = Path.of("src/test/resources/erp-connectors");
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static List<Path> cases() throws IOException {
        try (Stream<Path> files = Files.walk(CASES)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .map(CASES::relativize)
                    .toList();
        }
    }

    static List<String> ids() {
        return ErpCatalogue.ids();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void saysAndUnderstands(Path name) throws IOException {
        ErpCase one = ErpCase.read(CASES.resolve(name));
        ObjectNode played = one.play(ShippedErp.at(name.getName(0).toString(), "http://127.0.0.1:9999/base"), CLOCK);
        if (Boolean.getBoolean("cases.write")) {
            Files.writeString(CASES.resolve(name), one.with(played));
            return;
        }
        assertThat(pretty(played)).isEqualTo(pretty(one.expected()));
    }

    @ParameterizedTest
    @MethodSource("ids")
    void hasCasesAndAPageThatSaysWhatWasTried(String id) {
        assertThat(CASES.resolve(id)).isNotEmptyDirectory();
        assertThat(ShippedErp.at(id, "http://127.0.0.1:1/x").id()).isEqualTo(id);
        assertThat(Path.of("docs/connectors/" + id + ".md"))
                .content()
                .contains("## What was checked")
                .contains("hub connector init " + id);
    }

    @ParameterizedTest
    @MethodSource("ids")
    void isValidForEditors(String id) throws IOException {
        JsonNode schema = JSON.readTree(Files.readString(Path.of("schemas/ErpConnector.schema.json")));
        JsonNode document = JSON.valueToTree(new Load(LoadSettings.builder().build())
                .loadFromString(ErpCatalogue.text(id).orElseThrow()));

        assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
                        .getSchema(schema)
                        .validate(document))
                .isEmpty();
    }

    private static String pretty(JsonNode json) throws IOException {
        // through text: the numbers of YAML and of JSON are of different classes
        Object plain = JSON.readValue(json.toString(), Object.class);
        return JSON.writer()
                .withDefaultPrettyPrinter()
                .with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .writeValueAsString(plain);
    }
}
