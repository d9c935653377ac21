package org.millrace.connector.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every shipped connector against the conversations its system's documentation, source or recordings describe. */
class ShippedConnectorTest {
    private static final Path CASES = Path.of("src/test/resources/connectors");
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

    @ParameterizedTest
    @MethodSource("cases")
    void saysAndUnderstands(Path name) throws IOException {
        String id = name.getName(0).toString();
        ConnectorCase played = ConnectorCase.read(CASES.resolve(name));

        assertThat(pretty(played.play(Shipped.at(id, "http://127.0.0.1:9999/base"), CLOCK)))
                .isEqualTo(pretty(played.expected()));
    }

    @Test
    void everyConnectorHasCases() {
        assertThat(Catalogue.ids())
                .isNotEmpty()
                .isSorted()
                .allSatisfy(id -> assertThat(CASES.resolve(id).resolve("cases")).isNotEmptyDirectory());
    }

    private static String pretty(JsonNode json) throws IOException {
        // through text: the numbers of YAML and of JSON are of different classes
        Object plain = JSON.readValue(json.toString(), Object.class);
        return JSON.writer()
                .withDefaultPrettyPrinter()
                .with(com.fasterxml.jackson.databind.SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .writeValueAsString(plain);
    }
}
