package org.millrace.config;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.millrace.signal.Units;
import org.millrace.signal.Units.UnitException;

/**
 * A number with its UCUM unit as written in a file: {@code 7.1 mm/s}, {@code 30 %}, {@code "0.2 Cel"}.
 *
 * @param unit UCUM code; {@code "1"} when the file gives a bare number
 */
public record Quantity(BigDecimal value, String unit) {
    /** For editors: what {@link #parse} accepts, apart from the unit's meaning. */
    public static final String PATTERN = "^[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d{1,3})?(\\s*[^\\s\\d].*)?$";

    private static final int MAX_LENGTH = 80;
    private static final Pattern NUMBER =
            Pattern.compile("^([-+]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][-+]?\\d{1,3}(?![\\d.]))?)");

    /** Reads a quantity and checks that its unit is UCUM. */
    public static Quantity parse(String written) throws BadValue {
        String text = written.strip();
        Matcher number = NUMBER.matcher(text);
        if (text.length() > MAX_LENGTH || !number.find()) {
            String shown = text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "...";
            throw new BadValue(
                    "expected a number with its unit such as 7.1 mm/s, found \"" + shown + "\"",
                    "the number comes first, with a point and without thousands separators",
                    0);
        }
        String unit = text.substring(number.end()).strip();
        int unitAt = written.indexOf(unit, written.indexOf(text) + number.end());
        if (unit.startsWith(",") && unit.length() > 1 && Character.isDigit(unit.charAt(1))) {
            throw new BadValue(
                    "a comma in the number \"" + text + "\"",
                    "write a decimal point: " + text.replace(',', '.'),
                    unitAt);
        }
        if (!unit.isEmpty()) {
            checkUnit(unit, unitAt);
        }
        return new Quantity(new BigDecimal(number.group(1)), unit.isEmpty() ? "1" : unit);
    }

    private static void checkUnit(String unit, int at) throws BadValue {
        if (Character.isDigit(unit.charAt(0)) && !unit.startsWith("10*") && !unit.startsWith("1/")) {
            throw new BadValue("two numbers in one quantity", "without thousands separators: 1480 {rot}/min", at);
        }
        try {
            Units.check(unit);
        } catch (UnitException e) {
            throw new BadValue(e.getMessage(), e.hint(), at);
        }
    }

    @Override
    public String toString() {
        return unit.equals("1") ? value.toPlainString() : value.toPlainString() + " " + unit;
    }
}
