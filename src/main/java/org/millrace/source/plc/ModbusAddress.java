package org.millrace.source.plc;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A register address in PLC4X's Modbus syntax that can be read as part of an array.
 *
 * @param area {@code holding-register} or {@code input-register}
 * @param register 1-based, as written
 * @param type PLC4X data type, upper case
 * @param width registers of one value
 * @param options what follows in braces, e.g. <code>{unit-id: 5}</code>; empty when none
 */
record ModbusAddress(String area, int register, String type, int width, String options) {
    private static final Pattern SYNTAX =
            Pattern.compile("(?<area>holding-register|input-register):(?<register>\\d{1,5})(:(?<type>[A-Za-z]+))?"
                    + "(\\[1])?(?<options>\\{.*})?");
    /** Types whose arrays PLC4X splits the way it reads one of them; strings, bytes and bits are read one by one. */
    private static final Map<String, Integer> WIDTHS = Map.of(
            "INT", 1, "UINT", 1, "WORD", 1, "DINT", 2, "UDINT", 2, "DWORD", 2, "REAL", 2, "LINT", 4, "ULINT", 4,
            "LREAL", 4);

    /** Empty for anything that is read on its own: coils, strings, arrays, other protocols. */
    static Optional<ModbusAddress> parse(String address) {
        Matcher matcher = SYNTAX.matcher(address.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String type = matcher.group("type") == null ? "INT" : matcher.group("type");
        Integer width = WIDTHS.get(type);
        String options = matcher.group("options") == null ? "" : matcher.group("options");
        return width == null
                ? Optional.empty()
                : Optional.of(new ModbusAddress(
                        matcher.group("area"), Integer.parseInt(matcher.group("register")), type, width, options));
    }

    /** The address of {@code count} values of this type from here on. */
    String array(int count) {
        return area + ":" + register + ":" + type + (count == 1 ? "" : "[" + count + "]") + options;
    }

    /** Values of which can lie in one array with this one's. */
    String group() {
        return area + "|" + type + "|" + options;
    }
}
