package org.millrace.source.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.SourceBatch.Payloads;
import org.millrace.source.SourceBatch.Readings;
import org.millrace.source.codec.Codec;
import org.millrace.source.codec.CodecException;
import org.millrace.source.codec.Codecs;
import org.millrace.source.codec.Limits;

/** Every folder under {@code cases/} is one payload and what becomes of it. */
class DecodeCasesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final DecodeStep step = new DecodeStep(Decoders.standard(), DecodeStep.AUTO);

    @TestFactory
    Stream<DynamicTest> cases() throws IOException, URISyntaxException {
        Path folder =
                Path.of(Objects.requireNonNull(getClass().getResource("/cases")).toURI());
        List<Path> cases;
        try (Stream<Path> list = Files.list(folder)) {
            cases = list.filter(Files::isDirectory)
                    .filter(path -> !path.endsWith("codecs"))
                    .sorted()
                    .toList();
        }
        assertThat(cases).hasSizeGreaterThan(50);
        return cases.stream().map(path -> dynamicTest(path.getFileName().toString(), () -> holds(path)));
    }

    private void holds(Path path) throws IOException {
        assertThat(path.resolve("expected.json")).exists();
        JsonNode meta = JSON.readTree(path.resolve("meta.json").toFile());
        JsonNode expected = JSON.readTree(path.resolve("expected.json").toFile());
        Map<String, String> map = new LinkedHashMap<>();
        meta.get("map")
                .properties()
                .forEach(entry -> map.put(entry.getKey(), entry.getValue().asText()));
        Payload payload = new Payload(
                meta.get("topic").asText(),
                input(path),
                meta.get("format").asText(),
                map,
                1_000_000,
                meta.path("retained").asBoolean(),
                meta.path("codec").asText(""));

        Readings decoded = step.apply(new Payloads("field", 2, List.of(payload)), codecs(path, payload.codec()));

        List<Reading> readings = new ArrayList<>();
        expected.get("readings").forEach(node -> readings.add(reading(node)));
        assertThat(decoded.readings()).isEqualTo(readings);
        assertThat(decoded.undecodable()).hasSize(expected.get("undecodable").size());
        for (int i = 0; i < decoded.undecodable().size(); i++) {
            JsonNode node = expected.get("undecodable").get(i);
            assertThat(decoded.undecodable().get(i).reason())
                    .isEqualTo(node.get("reason").asText());
            assertThat(decoded.undecodable().get(i).detail())
                    .contains(node.get("contains").asText());
            assertThat(decoded.undecodable().get(i).payload()).isSameAs(payload);
        }
        assertThat(decoded.source()).isEqualTo("field");
        assertThat(decoded.hubTime()).isEqualTo(2);
    }

    /** A codec stands in the folder of its case, or in {@code codecs} beside it when several cases use it. */
    private static Codecs codecs(Path path, String name) throws IOException {
        if (name.isEmpty()) {
            return Codecs.NONE;
        }
        Path own = path.resolve(name);
        Path file = Files.exists(own) ? own : path.resolveSibling("codecs").resolve(name);
        try {
            Limits wide = new Limits(Duration.ofSeconds(20), Limits.DEFAULT.memory());
            Codec codec = Codec.compile(name, Files.readString(file), wide);
            return new Codecs(Map.of(), Map.of(new Codecs.Key("field", name), codec), Map.of());
        } catch (CodecException e) {
            throw new AssertionError(e);
        }
    }

    /** {@code input.json}, {@code input.txt}, or {@code input.hex} for what is no text. */
    private static byte[] input(Path path) throws IOException {
        if (Files.exists(path.resolve("input.hex"))) {
            String hex = Files.readString(path.resolve("input.hex")).replaceAll("\\s", "");
            return HexFormat.of().parseHex(hex);
        }
        Path text = path.resolve("input.txt");
        return Files.readAllBytes(Files.exists(text) ? text : path.resolve("input.json"));
    }

    private static Reading reading(JsonNode node) {
        return new Reading(
                node.get("device").asText(),
                node.get("field").asText(),
                value(node.get("value")),
                node.has("time") ? Times.micros(Instant.parse(node.get("time").asText())) : Reading.NO_TIME,
                node.has("quality") ? Long.decode(node.get("quality").asText()).intValue() : Quality.GOOD);
    }

    private static Value value(JsonNode node) {
        if (node.isTextual()) {
            String text = node.asText();
            return text.endsWith("!")
                    ? Value.of(Double.parseDouble(text.substring(0, text.length() - 1)))
                    : Value.of(text);
        }
        return node.isNull()
                ? Value.NONE
                : node.isBoolean()
                        ? Value.of(node.asBoolean())
                        : node.isIntegralNumber() ? Value.of(node.asLong()) : Value.of(node.asDouble());
    }
}
