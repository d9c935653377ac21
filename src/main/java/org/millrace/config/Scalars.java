package org.millrace.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.millrace.config.YamlNode.Scalar;
import org.millrace.config.YamlNode.ScalarType;

/** Reads one scalar as one of the simple types. */
final class Scalars {
    private static final int MAX_DIGITS = 60;

    private final Placeholders placeholders;

    Scalars(Placeholders placeholders) {
        this.placeholders = placeholders;
    }

    /** What a key of this type takes, in words with an example. */
    static String expected(Class<?> type) {
        if (type.isEnum()) {
            return "one of " + String.join(", ", RecordShape.words(type));
        }
        if (type == String.class) {
            return "text";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
            return "a whole number such as 10";
        }
        if (type == double.class || type == Double.class || type == BigDecimal.class) {
            return "a number such as 0.5";
        }
        if (type == Duration.class) {
            return "a duration such as 30s";
        }
        if (type == Quantity.class) {
            return "a number with its unit such as 7.1 mm/s";
        }
        if (type == Secret.class) {
            return "a reference such as \"{{file-secret:name}}\"";
        }
        return type == List.class ? "a list" : "a block of keys";
    }

    Object read(Class<?> type, Scalar written, String key) throws BadValue {
        if (written.type() == ScalarType.NULL) {
            throw wrong(type, written, key, "");
        }
        if (type == Secret.class) {
            return Secret.parse(written.text());
        }
        boolean filled = !written.plain() && Placeholders.in(written.text());
        String text = filled ? placeholders.fill(written.text()) : written.text();
        if (type == String.class) {
            return text;
        }
        if (type == Duration.class) {
            return Durations.parse(text);
        }
        if (type == Quantity.class) {
            return Quantity.parse(text);
        }
        if (type.isEnum()) {
            return choice(type, text, key);
        }
        if (!written.plain() && !filled) {
            throw wrong(type, written, key, "write it without quotes");
        }
        return number(type, text, written, key);
    }

    private static Object number(Class<?> type, String text, Scalar written, String key) throws BadValue {
        if (type == boolean.class || type == Boolean.class) {
            return switch (text) {
                case "true", "True", "TRUE" -> true;
                case "false", "False", "FALSE" -> false;
                default -> throw wrong(type, written, key, "");
            };
        }
        if (type == int.class || type == Integer.class) {
            return (int) whole(type, text, written, key, Integer.MAX_VALUE);
        }
        if (type == long.class || type == Long.class) {
            return whole(type, text, written, key, Long.MAX_VALUE);
        }
        if (type == double.class || type == Double.class) {
            double value = decimal(type, text, written, key).doubleValue();
            if (Double.isInfinite(value)) {
                throw wrong(type, written, key, "it is too large");
            }
            return value;
        }
        if (type == BigDecimal.class) {
            return decimal(type, text, written, key);
        }
        throw new IllegalArgumentException("a configuration record cannot hold a " + type + " (key " + key + ")");
    }

    private static long whole(Class<?> type, String text, Scalar written, String key, long max) throws BadValue {
        String digits = text.startsWith("+") ? text.substring(1) : text;
        try {
            BigInteger value = text.length() > MAX_DIGITS
                    ? BigInteger.ONE.shiftLeft(200)
                    : digits.startsWith("0x")
                            ? new BigInteger(digits.substring(2), 16)
                            : digits.startsWith("0o") ? new BigInteger(digits.substring(2), 8) : new BigInteger(digits);
            if (value.abs().compareTo(BigInteger.valueOf(max)) > 0) {
                throw wrong(type, written, key, "the largest is " + max);
            }
            return value.longValue();
        } catch (NumberFormatException e) {
            throw wrong(type, written, key, "");
        }
    }

    private static BigDecimal decimal(Class<?> type, String text, Scalar written, String key) throws BadValue {
        try {
            BigDecimal value = new BigDecimal(text.length() > MAX_DIGITS ? "" : text);
            if (Math.abs((long) value.scale()) > 400) {
                throw wrong(type, written, key, "its exponent is too large");
            }
            return value;
        } catch (NumberFormatException e) {
            throw wrong(type, written, key, text.contains(",") ? "write a decimal point" : "");
        }
    }

    private static Object choice(Class<?> type, String text, String key) throws BadValue {
        String plain = text.replace('-', '_').toLowerCase(Locale.ROOT);
        for (Object constant : type.getEnumConstants()) {
            String name = ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
            if (name.equals(plain) || name.equals(plain + "_") || text.equals(RecordShape.word((Enum<?>) constant))) {
                return constant;
            }
        }
        List<String> words = RecordShape.words(type);
        throw new BadValue(
                key + ": expected " + expected(type) + ", found \"" + text + "\"",
                DidYouMean.of(text, words)
                        .map(near -> "did you mean " + near + "?")
                        .orElse(""),
                0);
    }

    private static BadValue wrong(Class<?> type, Scalar written, String key, String hint) {
        return new BadValue(key + ": expected " + expected(type) + ", found " + written.describe(), hint, 0);
    }
}
