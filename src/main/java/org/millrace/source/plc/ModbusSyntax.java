package org.millrace.source.plc;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millrace.config.DidYouMean;
import org.millrace.source.plc.ModbusAddress.Area;

/**
 * Reads Modbus addresses: PLC4X's syntax and, beyond it, bits of a register ({@code holding-register:5.3}, {@code .4-7}),
 * strings with a length ({@code STRING(16)}), elements of an array ({@code INT[8][3]}) and the byte orders' letters.
 */
final class ModbusSyntax {
    /** What became of a text. */
    sealed interface Parsed {}

    record Ok(ModbusAddress address) implements Parsed {}

    /** PLC4X's own business: extended registers (file records). */
    record Foreign(String text) implements Parsed {}

    /** @param why a sentence without its end, for people */
    record Wrong(String why) implements Parsed {}

    private static final Pattern SYNTAX =
            Pattern.compile("(?:(?<area>[a-z-]+):(?<number>\\d{1,5})|(?<digit>[0134])x?(?<short>\\d{4,5}))"
                    + "(?:\\.(?<bit>\\d{1,2})(?:-(?<to>\\d{1,2}))?)?"
                    + "(?::(?<type>[A-Za-z_]+)(?:\\((?<length>\\d{1,3})\\))?)?"
                    + "(?:\\[(?<count>\\d{1,4})])?(?:\\[(?<index>\\d{1,4})])?\\s*(?<options>\\{.*})?");
    private static final Pattern OPTION = Pattern.compile("\\s*([a-z-]+)\\s*:\\s*'?([A-Za-z0-9_.-]+)'?\\s*");
    private static final String UNIT = "unit-id";
    private static final String ORDER = "byte-order";
    private static final String CHARSET = "charset";
    private static final int LAST = 65_536;
    private static final int LONGEST_TEXT = 240;

    /** Carries {@link Wrong#why} out of nested checks. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;

        Refusal(String why) {
            super(why);
        }
    }

    /** @param order of addresses that name none */
    private final ModbusOrder order;

    ModbusSyntax(ModbusOrder order) {
        this.order = order;
    }

    Parsed parse(String text) {
        String stripped = text.strip();
        if (stripped.startsWith("extended-register:") || stripped.startsWith("6x")) {
            return new Foreign(stripped);
        }
        Matcher matcher = SYNTAX.matcher(stripped);
        if (!matcher.matches()) {
            return new Wrong("'" + text + "' is not a Modbus address");
        }
        try {
            return new Ok(address(text, matcher));
        } catch (Refusal e) {
            return new Wrong("'" + text + "': " + e.getMessage());
        }
    }

    private ModbusAddress address(String text, Matcher m) throws Refusal {
        Area area = area(text, m);
        String number = m.group("number") == null ? m.group("short") : m.group("number");
        int first = Integer.parseInt(number);
        Map<String, String> options = options(m.group("options"));
        int unit = number(options.get(UNIT), UNIT, 255, ModbusAddress.DEFAULT_UNIT);
        ModbusOrder ordered = order(options.get(ORDER));
        ModbusAddress address = area.bits()
                ? coil(text, m, area, unit, first)
                : register(text, m, new ModbusAddress(text, area, unit, first, 1, format(m, ordered, options)));
        if (address.first() < 1 || address.last() > LAST) {
            throw new Refusal("Modbus counts from 1 to " + LAST);
        }
        return address;
    }

    private static Area area(String text, Matcher m) throws Refusal {
        if (m.group("digit") != null) {
            return switch (m.group("digit")) {
                case "0" -> Area.COIL;
                case "1" -> Area.DISCRETE_INPUT;
                case "3" -> Area.INPUT_REGISTER;
                default -> Area.HOLDING_REGISTER;
            };
        }
        for (Area area : Area.values()) {
            if (area.prefix().equals(m.group("area"))) {
                return area;
            }
        }
        throw new Refusal("there is no '" + m.group("area") + "'; "
                + DidYouMean.hint(
                        m.group("area"),
                        List.of("coil", "discrete-input", "holding-register", "input-register", "extended-register")));
    }

    private static ModbusAddress coil(String text, Matcher m, Area area, int unit, int first) throws Refusal {
        String type = m.group("type");
        if (m.group("bit") != null || m.group("length") != null || type != null && !type.equalsIgnoreCase("BOOL")) {
            throw new Refusal("a " + area.prefix() + " is one bit: leave its type out");
        }
        return ModbusAddress.coil(text, area, unit, first + element(m, 1));
    }

    private static ModbusAddress register(String text, Matcher m, ModbusAddress one) throws Refusal {
        int size = switch (one.format()) {
            case ModbusFormat.Bits b -> 1;
            case ModbusFormat.Number n -> n.type().words;
            case ModbusFormat.Text t -> (t.length() + 1) / 2;
        };
        return new ModbusAddress(text, one.area(), one.unit(), one.first() + element(m, size), size, one.format());
    }

    /** Registers between an array's first and the element that is meant. */
    private static int element(Matcher m, int size) throws Refusal {
        int count = number(m.group("count"), "array length", 9999, 1);
        if (m.group("index") == null) {
            if (count != 1) {
                throw new Refusal("a tag has one value, and this is an array of " + count
                        + "; name an element, the first is " + m.group().replaceFirst("\\[\\d+]", "$0[0]"));
            }
            return 0;
        }
        int index = Integer.parseInt(m.group("index"));
        if (index >= count) {
            throw new Refusal("an array of " + count + " has the elements 0 to " + (count - 1));
        }
        return index * size;
    }

    private ModbusFormat format(Matcher m, ModbusOrder ordered, Map<String, String> options) throws Refusal {
        String type = m.group("type") == null ? "" : m.group("type").toUpperCase(Locale.ROOT);
        if (!type.equals("STRING") && (m.group("length") != null || options.containsKey(CHARSET))) {
            throw new Refusal("a length in brackets and a charset are for STRING only");
        }
        if (m.group("bit") != null) {
            return bits(m, type, ordered);
        }
        if (type.equals("BOOL")) {
            throw new Refusal("a bit of a register is named by its number, 0 the lowest, e.g. holding-register:1.0");
        }
        if (type.equals("STRING")) {
            int length = number(m.group("length"), "length", LONGEST_TEXT, 0);
            if (length == 0) {
                throw new Refusal("a string needs its length in characters, e.g. STRING(16)");
            }
            return new ModbusFormat.Text(length, charset(options.get(CHARSET)), ordered);
        }
        return new ModbusFormat.Number(
                type.isEmpty()
                        ? ModbusFormat.Type.INT
                        : ModbusFormat.Type.of(type)
                                .orElseThrow(() -> new Refusal("there is no type '" + type + "'; "
                                        + DidYouMean.hint(
                                                type,
                                                java.util.Arrays.stream(ModbusFormat.Type.values())
                                                        .map(Enum::name)
                                                        .toList()))),
                ordered);
    }

    private static ModbusFormat bits(Matcher m, String type, ModbusOrder order) throws Refusal {
        int from = Integer.parseInt(m.group("bit"));
        int to = m.group("to") == null ? from : Integer.parseInt(m.group("to"));
        if (to > 15 || to < from) {
            throw new Refusal("a register has the bits 0 (lowest) to 15");
        }
        boolean flag = m.group("to") == null;
        if (!type.isEmpty() && !(type.equals("BOOL") && flag) || m.group("count") != null) {
            throw new Refusal("bits have no type: one is true or false, several are a whole number");
        }
        return new ModbusFormat.Bits(from, to - from + 1, flag, order);
    }

    private static Map<String, String> options(@Nullable String braces) throws Refusal {
        Map<String, String> options = new LinkedHashMap<>();
        if (braces == null) {
            return options;
        }
        for (String option : braces.substring(1, braces.length() - 1).split(",")) {
            Matcher matcher = OPTION.matcher(option);
            if (!matcher.matches()) {
                throw new Refusal("write options as {unit-id: 5, byte-order: CDAB}");
            }
            if (!List.of(UNIT, ORDER, CHARSET).contains(matcher.group(1))) {
                throw new Refusal("there is no option '" + matcher.group(1) + "'; "
                        + DidYouMean.hint(matcher.group(1), List.of(UNIT, ORDER, CHARSET)));
            }
            options.put(matcher.group(1), matcher.group(2));
        }
        return options;
    }

    private static int number(@Nullable String text, String what, int most, int otherwise) throws Refusal {
        if (text == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // the same answer
        }
        throw new Refusal("the " + what + " must be a number up to " + most + ", not " + text);
    }

    private ModbusOrder order(@Nullable String name) throws Refusal {
        if (name == null) {
            return order;
        }
        return ModbusOrder.of(name)
                .orElseThrow(() -> new Refusal("there is no byte order '" + name
                        + "'; write ABCD (high byte first), DCBA, BADC or CDAB (low word first), or "
                        + ModbusOrder.names()));
    }

    private static Charset charset(@Nullable String name) throws Refusal {
        if (name == null) {
            return StandardCharsets.ISO_8859_1; // every byte is a character: nothing is lost where a device sends junk
        }
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new Refusal("there is no character set '" + name + "'; write e.g. ISO-8859-1 or UTF-8");
        }
    }
}
