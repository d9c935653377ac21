package org.millrace.ticket;

import java.util.Map;

/**
 * UCUM codes as people write them: {@code Cel → °C}, {@code kW.h → kWh}. A code without an everyday form stays itself.
 *
 * @see <a href="https://ucum.org/ucum">The Unified Code for Units of Measure</a>
 */
public final class UnitText {
    private static final Map<String, String> COMMON = Map.ofEntries(
            Map.entry("1", ""),
            Map.entry("Cel", "°C"),
            Map.entry("[degF]", "°F"),
            Map.entry("deg", "°"),
            Map.entry("kW.h", "kWh"),
            Map.entry("W.h", "Wh"),
            Map.entry("MW.h", "MWh"),
            Map.entry("{rot}/min", "rpm"),
            Map.entry("/min", "1/min"),
            Map.entry("/s", "1/s"),
            Map.entry("m3", "m³"),
            Map.entry("m3/h", "m³/h"),
            Map.entry("m2", "m²"),
            Map.entry("m/s2", "m/s²"),
            Map.entry("[psi]", "psi"),
            Map.entry("[gal_us]", "gal"),
            Map.entry("[in_i]", "in"),
            Map.entry("[ft_i]", "ft"),
            Map.entry("Ohm", "Ω"),
            Map.entry("um", "µm"),
            Map.entry("us", "µs"),
            Map.entry("[g]", "g₀"),
            Map.entry("[ppm]", "ppm"),
            Map.entry("[pH]", "pH"),
            Map.entry("dB", "dB"));

    private UnitText() {}

    public static String of(String ucum) {
        String known = COMMON.get(ucum);
        if (known != null) {
            return known;
        }
        // an annotation such as {cycles} is a name for the unit one
        return ucum.startsWith("{") && ucum.endsWith("}") && ucum.indexOf('}') == ucum.length() - 1
                ? ucum.substring(1, ucum.length() - 1)
                : ucum;
    }
}
