package org.millrace.signal;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What people write for a unit, and the UCUM code they mean. */
final class UnitHints {
    private static final Map<String, String> MEANT = Map.ofEntries(
            Map.entry("°c", "Cel"),
            Map.entry("ºc", "Cel"),
            Map.entry("℃", "Cel"),
            Map.entry("degc", "Cel"),
            Map.entry("deg_c", "Cel"),
            Map.entry("celsius", "Cel"),
            Map.entry("°f", "[degF]"),
            Map.entry("ºf", "[degF]"),
            Map.entry("℉", "[degF]"),
            Map.entry("degf", "[degF]"),
            Map.entry("fahrenheit", "[degF]"),
            Map.entry("kelvin", "K"),
            Map.entry("°", "deg"),
            Map.entry("rpm", "{rot}/min"),
            Map.entry("u/min", "{rot}/min"),
            Map.entry("r/min", "{rot}/min"),
            Map.entry("1/min", "/min"),
            Map.entry("wh", "W.h"),
            Map.entry("kwh", "kW.h"),
            Map.entry("mwh", "MW.h"),
            Map.entry("ah", "A.h"),
            Map.entry("mah", "mA.h"),
            Map.entry("va", "V.A"),
            Map.entry("kva", "kV.A"),
            Map.entry("var", "V.A{reactive}"),
            Map.entry("kvar", "kV.A{reactive}"),
            Map.entry("nm", "N.m"),
            Map.entry("nm3/h", "m3{norm}/h"),
            Map.entry("nm³/h", "m3{norm}/h"),
            Map.entry("nm3", "m3{norm}"),
            Map.entry("sm3/h", "m3{std}/h"),
            Map.entry("psi", "[psi]"),
            Map.entry("psig", "[psi]{gauge}"),
            Map.entry("psia", "[psi]{abs}"),
            Map.entry("barg", "bar{gauge}"),
            Map.entry("bar(g)", "bar{gauge}"),
            Map.entry("bara", "bar{abs}"),
            Map.entry("bar(a)", "bar{abs}"),
            Map.entry("inhg", "[in_i'Hg]"),
            Map.entry("mmhg", "mm[Hg]"),
            Map.entry("inch", "[in_i]"),
            Map.entry("in", "[in_i]"),
            Map.entry("in/s", "[in_i]/s"),
            Map.entry("ips", "[in_i]/s"),
            Map.entry("lb", "[lb_av]"),
            Map.entry("lbs", "[lb_av]"),
            Map.entry("gal", "[gal_us]"),
            Map.entry("gpm", "[gal_us]/min"),
            Map.entry("cfm", "[cft_i]/min"),
            Map.entry("hp", "[HP]"),
            Map.entry("lpm", "L/min"),
            Map.entry("cbm", "m3"),
            Map.entry("ohm", "Ohm"),
            Map.entry("ω", "Ohm"),
            Map.entry("sec", "s"),
            Map.entry("hr", "h"),
            Map.entry("hrs", "h"),
            Map.entry("hours", "h"),
            Map.entry("tonne", "t"),
            Map.entry("tonnes", "t"),
            Map.entry("ton", "t"),
            Map.entry("pct", "%"),
            Map.entry("percent", "%"),
            Map.entry("%rh", "%{RH}"),
            Map.entry("ppm", "[ppm]"),
            Map.entry("ppb", "[ppb]"),
            Map.entry("ph", "[pH]"),
            Map.entry("pcs", "{pcs}"),
            Map.entry("pieces", "{pcs}"),
            Map.entry("count", "{count}"));

    /** Valid codes that are seldom what was meant. */
    private static final Map<String, String> CONFUSED = Map.of(
            "C", "in UCUM C is coulomb; degree Celsius is Cel",
            "F", "in UCUM F is farad; degree Fahrenheit is \"[degF]\"",
            "g", "in UCUM g is gram; acceleration of free fall is \"[g]\"",
            "nm", "in UCUM nm is nanometre; newton metre is N.m",
            "pt", "in UCUM pt is picotonne",
            "a", "in UCUM a is year; ampere is A",
            "ft", "in UCUM ft is femtotonne; foot is \"[ft_i]\"",
            "mph", "in UCUM mph is milliphot; miles per hour is \"[mi_i]/h\"");

    private UnitHints() {}

    static Optional<String> meant(String code) {
        String plain = code.strip().toLowerCase(Locale.ROOT);
        Optional<String> whole = Optional.ofNullable(MEANT.get(plain)).or(() -> symbols(code));
        return whole.map(unit -> "did you mean " + quoted(unit) + "?");
    }

    static Optional<String> confused(String code) {
        return Optional.ofNullable(CONFUSED.get(code));
    }

    /** Superscripts, the micro sign and typographic operators: right for the eye, not for UCUM. */
    private static Optional<String> symbols(String code) {
        String ascii = code.replace("²", "2")
                .replace("³", "3")
                .replace("µ", "u")
                .replace("μ", "u")
                .replace("·", ".")
                .replace("*", ".")
                .replace(" ", "")
                .replace("°C", "Cel")
                .replace("°F", "[degF]")
                .replace("Ω", "Ohm");
        if (ascii.equals(code)) {
            return Optional.empty();
        }
        try {
            Units.check(ascii);
            return Optional.of(ascii);
        } catch (Units.UnitException e) {
            return Optional.empty();
        }
    }

    private static String quoted(String unit) {
        return unit.matches("[\\[{%].*") || unit.contains("'") ? "\"" + unit + "\"" : unit;
    }
}
