package org.millrace.source.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.millrace.source.SourceBatch.Payload;

/** The JSON parser all decoders share: streaming, strict, and bounded against hostile input. */
final class Json {
    static final int MAX_DEPTH = 64;

    /**
     * A key given twice is refused, because readers disagree on which one counts (RFC 8259 §4). A bare NaN is let
     * through as a value: the binding refuses that one reading, and its neighbours survive.
     */
    static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(400)
                    .maxNameLength(1_000)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    /** What a decoder does with a parser that stands on the first token. */
    @FunctionalInterface
    interface Body {
        void read(JsonParser p) throws IOException;
    }

    private static final ObjectMapper MAPPER = new ObjectMapper(FACTORY);

    private Json() {}

    /** The whole payload as a tree; empty when it is not well-formed, and then {@code out} has been told why. */
    static Optional<JsonNode> tree(Payload payload, Sink out) {
        AtomicReference<@org.jspecify.annotations.Nullable JsonNode> root = new AtomicReference<>();
        boolean whole = parse(payload, out, p -> root.set(tree(p)));
        return whole ? Optional.ofNullable(root.get()) : Optional.empty();
    }

    /** The value at the parser. */
    static JsonNode tree(JsonParser p) throws IOException {
        return MAPPER.readTree(p);
    }

    /**
     * Runs {@code body} over the whole payload.
     *
     * @return whether the payload was well-formed to its last byte; if not, {@code out} has been told why
     */
    static boolean parse(Payload payload, Sink out, Body body) {
        if (payload.bytes().length == 0) {
            out.undecodable(payload, Reasons.EMPTY, "the payload of '" + payload.topic() + "' has no bytes");
            return false;
        }
        try (JsonParser p = FACTORY.createParser(payload.bytes())) {
            if (p.nextToken() == null) {
                return malformed(payload, out, "only white space", p.currentLocation());
            }
            body.read(p);
            if (p.nextToken() != null) {
                return malformed(payload, out, "something follows the JSON value", p.currentTokenLocation());
            }
            return true;
        } catch (JsonProcessingException e) {
            return malformed(payload, out, e.getOriginalMessage(), e.getLocation());
        } catch (IOException | IllegalStateException e) { // key collisions made on purpose end in the latter
            return malformed(payload, out, String.valueOf(e.getMessage()), null);
        }
    }

    private static boolean malformed(
            Payload payload, Sink out, String what, @org.jspecify.annotations.Nullable JsonLocation where) {
        String at = where == null || where.getByteOffset() < 0 ? "" : " at byte " + where.getByteOffset();
        out.undecodable(payload, Reasons.MALFORMED, what + at);
        return false;
    }
}
