package org.millrace.source.decode;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;

/** Parts of a JSON tree as values, fields and times. */
final class Nodes {
    private static final int MOST_FIELDS = 5_000;

    private Nodes() {}

    static Value scalar(JsonNode node) {
        if (node.isTextual()) {
            return Value.of(node.textValue());
        }
        if (node.isBoolean()) {
            return Value.of(node.booleanValue());
        }
        if (node.isIntegralNumber()) {
            return node.canConvertToLong() ? Value.of(node.longValue()) : Value.of(node.doubleValue());
        }
        return node.isNumber() ? Value.of(node.doubleValue()) : Value.NONE;
    }

    /** Members of an object, each under {@code prefix}; objects and lists in it are flattened: {@code a.b}, {@code a.0}. */
    static void fields(Found found, JsonNode object, String prefix, Set<String> without) {
        fields(found, object, prefix, without, new int[1]);
    }

    /** What stands under this name: a value, or an object or list, flattened likewise. */
    static void field(Found found, JsonNode node, String name) {
        field(found, node, name, Set.of(), new int[1]);
    }

    private static void fields(Found found, JsonNode object, String prefix, Set<String> without, int[] count) {
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            if (!without.contains(member.getKey())) {
                field(found, member.getValue(), join(prefix, member.getKey()), without, count);
            }
        }
    }

    private static void field(Found found, JsonNode node, String name, Set<String> without, int[] count) {
        if (node.isObject()) {
            fields(found, node, name, without, count);
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                field(found, node.get(i), join(name, Integer.toString(i)), without, count);
            }
        } else if (count[0]++ < MOST_FIELDS) {
            found.add(name, scalar(node));
        } else if (count[0] == MOST_FIELDS + 1) {
            found.fault(
                    Reasons.WRONG_TYPE, "more than " + MOST_FIELDS + " fields in one payload; the others are left out");
        }
    }

    private static String join(String prefix, String name) {
        return prefix.isEmpty() ? name : prefix + '.' + name;
    }

    /** A time; absent and null are {@link Reading#NO_TIME}, empty when it is not a time. */
    static OptionalLong time(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return OptionalLong.of(Reading.NO_TIME);
        }
        return node.isValueNode() ? Times.text(node.asText()) : OptionalLong.empty();
    }

    /** A number that may be written as text; NaN when it is none. */
    static double number(JsonNode node) {
        if (node.isNumber()) {
            return node.doubleValue();
        }
        try {
            return node.isTextual() ? Double.parseDouble(node.textValue().strip()) : Double.NaN;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** {@code a4c138aabbcc} and {@code A4:C1:38:AA:BB:CC} are one address: upper case with colons, as printed on labels. */
    static String mac(String text) {
        String digits = text.replace(":", "").replace("-", "").toUpperCase(Locale.ROOT);
        if (!digits.matches("[0-9A-F]{12}")) {
            return text;
        }
        return digits.replaceAll("(..)(?!$)", "$1:");
    }
}
