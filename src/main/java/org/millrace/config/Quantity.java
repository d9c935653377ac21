package org.millrace.config;

import java.math.BigDecimal;

/**
 * A number with its UCUM unit as written in a file: {@code 7.1 mm/s}, {@code 30 %}, {@code "0.2 Cel"}.
 *
 * @param unit UCUM code; {@code "1"} when the file gives a bare number
 */
public record Quantity(BigDecimal value, String unit) {
    @Override
    public String toString() {
        return unit.equals("1") ? value.toPlainString() : value.toPlainString() + " " + unit;
    }
}
