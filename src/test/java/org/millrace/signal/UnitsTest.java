package org.millrace.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertThrows;

import javax.measure.Unit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.signal.Units.Linear;
import org.millrace.signal.Units.UnitException;
import systems.uom.ucum.format.UCUMFormat;

class UnitsTest {
    @Provide
    Arbitrary<Tuple2<String, String>> pairs() {
        return Arbitraries.of(
                Tuple.of("[degF]", "Cel"),
                Tuple.of("K", "Cel"),
                Tuple.of("[psi]", "bar"),
                Tuple.of("L/min", "m3/h"),
                Tuple.of("kW.h", "MJ"),
                Tuple.of("[in_i]/s", "mm/s"),
                Tuple.of("[g]", "m/s2"),
                Tuple.of("%", "1"),
                Tuple.of("[gal_us]/min", "L/s"),
                Tuple.of("[HP]", "kW"),
                Tuple.of("{rot}/min", "/s"));
    }

    @Property(tries = 200)
    void thereAndBackIsTheSame(
            @ForAll("pairs") Tuple2<String, String> units, @ForAll @DoubleRange(min = -1e6, max = 1e6) double value)
            throws UnitException {
        Linear there = Units.conversion(units.get1(), units.get2());
        Linear back = Units.conversion(units.get2(), units.get1());
        assertThat(back.apply(there.apply(value))).isCloseTo(value, within(1e-9 + Math.abs(value) * 1e-12));
    }

    @Property(tries = 200)
    @SuppressWarnings({"unchecked", "rawtypes"})
    void agreesWithTheUnitLibrary(
            @ForAll("pairs") Tuple2<String, String> units, @ForAll @DoubleRange(min = -1e6, max = 1e6) double value)
            throws UnitException {
        Unit from = unit(units.get1());
        Unit to = unit(units.get2());
        double expected = from.getConverterTo(to).convert(value);
        assertThat(Units.conversion(units.get1(), units.get2()).apply(value))
                .isCloseTo(expected, within(1e-9 + Math.abs(expected) * 1e-12));
    }

    private static Unit<?> unit(String code) {
        return code.equals("1")
                ? tech.units.indriya.AbstractUnit.ONE
                : UCUMFormat.getInstance(UCUMFormat.Variant.CASE_SENSITIVE).parse(code);
    }

    @ParameterizedTest
    @CsvSource({
        "°C,Cel", "degC,Cel", "°F,[degF]", "rpm,{rot}/min", "RPM,{rot}/min", "kWh,kW.h", "Nm3/h,m3{norm}/h",
        "psi,[psi]", "psig,[psi]{gauge}", "barg,bar{gauge}", "µm,um", "m³/h,m3/h", "mm/s²,mm/s2", "kvar,kV.A"
    })
    void saysWhatWasMeantForUsualMistakes(String written, String meant) throws UnitException {
        UnitException refused = assertThrows(UnitException.class, () -> Units.check(written));
        assertThat(refused.hint()).contains(meant);
        assertThat(refused).hasMessage("'" + written + "' is not a UCUM unit");
    }

    /** A hint that does not parse would send the integrator from one error to the next. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "°c", "°f", "kelvin", "rpm", "wh", "kwh", "va", "kva", "kvar", "Nm3/h", "psi", "psig", "psia", "barg",
                "bara", "inHg", "mmHg", "inch", "in/s", "lbs", "gal", "gpm", "cfm", "lpm", "sec", "hrs", "percent",
                "%RH", "ppm", "ppb", "pcs", "Ω", "tonne"
            })
    void everyHintIsAUnit(String written) throws UnitException {
        String hint =
                assertThrows(UnitException.class, () -> Units.check(written)).hint();
        assertThat(hint).startsWith("did you mean ");
        Units.check(hint.replaceAll("did you mean \"?|\"?\\?$", ""));
    }

    @ParameterizedTest
    @CsvSource({"C,[degF],coulomb", "g,m/s2,[g]", "ft,m,[ft_i]", "mph,km/h,[mi_i]/h", "mm/s,bar,''"})
    void differentDimensionsNameBothAndHintAtTheUsualConfusion(String from, String to, String hint) {
        UnitException refused = assertThrows(UnitException.class, () -> Units.conversion(from, to));
        assertThat(refused).hasMessageContaining("'" + from + "' and '" + to + "' measure different things");
        assertThat(refused.hint()).contains(hint);
    }
}
