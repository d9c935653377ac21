package org.millrace.plant;

/** Numbers as devices write them, and as people read them. */
final class Numbers {
    private static final int DIGITS = 15;
    private static final int MAX_LENGTH = 40;
    private static final int MAX_WHOLE = 18; // digits that always fit a long
    private static final double LOG10_2 = 0.30102999566398120;
    private static final double[] POWERS = new double[23]; // powers of ten that a double holds exactly

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = POWERS[i - 1] * 10;
        }
    }

    private Numbers() {}

    /**
     * Rounds to 15 significant digits (one less just above a power of two near a power of ten): what a conversion adds
     * beyond is noise, 212 [degF] is 100.0 Cel and not 100.00000000000001. Costs two multiplications or divisions.
     */
    static double clean(double value) {
        return clean(value, value);
    }

    /**
     * raw * factor + offset, clean. Rounded by the larger of the two terms: where they cancel out, 32 [degF] is 0 Cel
     * and not -8.0E-16.
     */
    static double convert(double raw, double factor, double offset) {
        double product = raw * factor;
        double value = product + offset;
        return clean(value, Math.max(Math.abs(value), Math.max(Math.abs(product), Math.abs(offset))));
    }

    private static double clean(double value, double largest) {
        if (value == 0 || !Double.isFinite(value) || !Double.isFinite(largest)) {
            return value;
        }
        int magnitude = (int) Math.ceil((Math.getExponent(largest) + 1) * LOG10_2);
        int shift = DIGITS - magnitude;
        if (shift >= 0) {
            return shift < POWERS.length ? Math.rint(value * POWERS[shift]) / POWERS[shift] + 0.0 : value;
        }
        return -shift < POWERS.length ? Math.rint(value / POWERS[-shift]) * POWERS[-shift] : value;
    }

    /** The code of a state sent as a real number: {@code 3.0} is {@code 3}; empty for NaN and infinities. */
    static String code(double value) {
        if (!Double.isFinite(value)) {
            return "";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    static boolean isWhole(String text) {
        String digits = text.strip();
        int start = digits.startsWith("-") ? 1 : 0;
        if (digits.length() == start || digits.length() - start > MAX_WHOLE) {
            return false;
        }
        for (int i = start; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    /** A decimal number with point, sign and exponent; not Java's hexadecimal, {@code 1d} or {@code NaN}. */
    static boolean isDecimal(String text) {
        if (text.length() > MAX_LENGTH) {
            return false;
        }
        boolean digit = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                digit = true;
            } else if ("+-.eE \t".indexOf(c) < 0) {
                return false;
            }
        }
        if (!digit) {
            return false;
        }
        try {
            Double.parseDouble(text);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    static boolean isNotANumber(String text) {
        return switch (text.strip()) {
            case "NaN", "nan", "NAN", "Infinity", "-Infinity", "inf", "-inf", "Inf", "-Inf", "INF", "-INF" -> true;
            default -> false;
        };
    }
}
