package org.millrace.signal;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.measure.IncommensurableException;
import javax.measure.UnconvertibleException;
import javax.measure.Unit;
import javax.measure.UnitConverter;
import systems.uom.ucum.format.UCUMFormat;
import systems.uom.ucum.format.UCUMFormat.Variant;

/**
 * UCUM units, used at load only: the hot path runs on {@link Linear} coefficients.
 *
 * @see <a href="https://ucum.org/ucum">The Unified Code for Units of Measure</a>
 */
public final class Units {
    /** target = source * factor + offset. */
    public record Linear(double factor, double offset) {
        public static final Linear IDENTITY = new Linear(1, 0);

        public double apply(double value) {
            return value * factor + offset;
        }
    }

    /** A unit code that UCUM does not know, or two units of different dimension. The message is for people. */
    public static final class UnitException extends Exception {
        private final String hint;

        public UnitException(String message, String hint) {
            super(message);
            this.hint = hint;
        }

        /** What to write instead; empty when unknown. */
        public String hint() {
            return hint;
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    private static final Map<String, Unit<?>> PARSED = new ConcurrentHashMap<>();

    private Units() {}

    /** Fails when the code is not UCUM. {@code ""} and {@code "1"} are the unit one. */
    public static void check(String code) throws UnitException {
        parse(code);
    }

    /** The exact linear conversion between two codes of one dimension. */
    public static Linear conversion(String from, String to) throws UnitException {
        if (from.equals(to)) {
            return Linear.IDENTITY;
        }
        Unit<?> source = parse(from);
        Unit<?> target = parse(to);
        try {
            UnitConverter converter = source.getConverterToAny(target);
            BigDecimal zero =
                    new BigDecimal(converter.convert((Number) BigDecimal.ZERO).toString());
            BigDecimal one =
                    new BigDecimal(converter.convert((Number) BigDecimal.ONE).toString());
            return new Linear(one.subtract(zero, MathContext.DECIMAL64).doubleValue(), zero.doubleValue());
        } catch (IncommensurableException | UnconvertibleException e) {
            throw new UnitException(
                    "'" + from + "' and '" + to + "' measure different things",
                    UnitHints.confused(from).or(() -> UnitHints.confused(to)).orElse(""));
        }
    }

    private static Unit<?> parse(String code) throws UnitException {
        Unit<?> known = PARSED.get(code);
        if (known != null) {
            return known;
        }
        if (code.isEmpty() || code.equals("1")) {
            return PARSED.computeIfAbsent(code, c -> tech.units.indriya.AbstractUnit.ONE);
        }
        try {
            synchronized (PARSED) { // configuration is read on several threads; the parser does not say it may be
                Unit<?> unit = UCUMFormat.getInstance(Variant.CASE_SENSITIVE).parse(code);
                PARSED.put(code, unit);
                return unit;
            }
        } catch (RuntimeException | Error e) { // the generated lexer throws errors of its own on illegal characters
            throw new UnitException(
                    "'" + code + "' is not a UCUM unit",
                    UnitHints.meant(code).orElse("units are UCUM codes such as mm/s, Cel, \"[degF]\", bar, kW.h, %"));
        }
    }
}
