package org.millrace.ticket;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** Numbers as people read them: at most three decimals, three significant digits below one, no artefacts of doubles. */
public final class Numbers {
    private static final int DECIMALS = 3;
    private static final double HUGE = 1e15;

    private Numbers() {}

    /** {@code 4.499999 → 4.5}, {@code 0.00123456 → 0.00123}, {@code 12345.6789 → 12345.679}; NaN → {@code –}. */
    public static String text(double value, Locale locale) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        BigDecimal exact = BigDecimal.valueOf(value);
        if (Math.abs(value) >= HUGE) {
            return exact.round(new MathContext(DECIMALS)).toString();
        }
        BigDecimal rounded = Math.abs(value) < 1
                ? exact.round(new MathContext(DECIMALS, RoundingMode.HALF_UP))
                : exact.setScale(DECIMALS, RoundingMode.HALF_UP);
        if (rounded.signum() == 0) {
            return "0";
        }
        BigDecimal stripped = rounded.stripTrailingZeros();
        String text = stripped.scale() > 12 ? stripped.toString() : stripped.toPlainString();
        char point = DecimalFormatSymbols.getInstance(locale).getDecimalSeparator();
        return text.replace('.', point);
    }

    /** {@code 4.5 mm/s}; the unit is a UCUM code and is shown as people write it. */
    public static String quantity(double value, String unit, Locale locale) {
        String label = UnitText.of(unit);
        return label.isEmpty() ? text(value, locale) : text(value, locale) + " " + label;
    }
}
