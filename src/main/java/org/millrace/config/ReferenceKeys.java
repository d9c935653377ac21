package org.millrace.config;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The keys of a configuration record as a reader wants them listed: with their place, type, default and meaning. */
public final class ReferenceKeys {
    /**
     * @param path where the key stands, e.g. {@code http.port}, {@code topics[].filter}, {@code tags.<name>.unit}
     * @param type in an integrator's words, e.g. {@code duration}, {@code one of A, B, C}
     * @param standIn the default as written in YAML; empty when there is none
     */
    public record Line(String path, String type, boolean required, Optional<String> standIn, String doc) {}

    /**
     * @param kind text of {@code kind:}
     * @param doc one sentence
     * @param lines in the order of the record, nested keys after the key that holds them
     */
    public record Page(String kind, String doc, List<Line> lines) {}

    private ReferenceKeys() {}

    public static Page of(Class<? extends Record> type) {
        RecordShape shape = RecordShape.of(type);
        String kind = shape.kind().orElseThrow(() -> new IllegalArgumentException(type + " has no @Kind"));
        List<Line> lines = new ArrayList<>();
        lines.add(new Line("kind", "`" + kind + "`", true, Optional.empty(), "Says what this document is."));
        collect("", shape, lines);
        return new Page(kind, shape.doc(), List.copyOf(lines));
    }

    private static void collect(String before, RecordShape shape, List<Line> lines) {
        for (RecordShape.Key key : shape.keys()) {
            String path = before + key.key();
            String doc = key.doc();
            Optional<RecordShape> inner = inner(key.type());
            if (doc.isEmpty()) {
                doc = inner.map(RecordShape::doc).orElse("");
            }
            lines.add(new Line(path, word(key.type()), key.required(), key.standIn(), doc));
            inner.ifPresent(nested -> collect(path + step(key.type()), nested, lines));
        }
    }

    /** The record within a type, however it is wrapped. */
    private static Optional<RecordShape> inner(Type type) {
        Class<?> raw = RecordShape.raw(type);
        if (raw == Optional.class || raw == List.class || raw == Map.class) {
            return inner(RecordShape.element(type));
        }
        return raw.isRecord() && raw != Quantity.class && raw != Secret.class
                ? Optional.of(RecordShape.of(raw.asSubclass(Record.class)))
                : Optional.empty();
    }

    private static String step(Type type) {
        Class<?> raw = RecordShape.raw(type);
        return raw == List.class ? "[]." : raw == Map.class ? ".<name>." : ".";
    }

    private static String word(Type type) {
        Class<?> raw = RecordShape.raw(type);
        if (raw == Optional.class) {
            return word(RecordShape.element(type));
        }
        if (raw == List.class) {
            return "list of " + plural(word(RecordShape.element(type)));
        }
        if (raw == Map.class) {
            return "map of " + plural(word(RecordShape.element(type)));
        }
        if (raw.isEnum()) {
            return RecordShape.words(raw).stream()
                    .map(w -> "`" + w + "`")
                    .collect(Collectors.joining(", ", "one of ", ""));
        }
        if (raw == String.class) {
            return "text";
        }
        if (raw == int.class || raw == long.class || raw == Integer.class || raw == Long.class) {
            return "whole number";
        }
        if (raw == double.class || raw == Double.class || raw == BigDecimal.class) {
            return "number";
        }
        if (raw == boolean.class || raw == Boolean.class) {
            return "`true` or `false`";
        }
        if (raw == Duration.class) {
            return "duration";
        }
        if (raw == Quantity.class) {
            return "number with unit";
        }
        return raw == Secret.class ? "reference to a secret" : "section";
    }

    private static String plural(String word) {
        return switch (word) {
            case "text" -> "texts";
            case "section" -> "sections";
            case "duration" -> "durations";
            case "number with unit" -> "numbers with unit";
            default -> word;
        };
    }
}
