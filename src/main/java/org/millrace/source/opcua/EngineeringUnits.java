package org.millrace.source.opcua;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.milo.opcua.stack.core.types.structured.EUInformation;

/**
 * From a server's EUInformation to UCUM: by the number of the UNECE Recommendation 20 code, else by the displayed text.
 *
 * @see <a href="https://reference.opcfoundation.org/Core/Part8/v105/docs/5.6.3">OPC 10000-8 §5.6.3 EUInformation</a>
 */
final class EngineeringUnits {
    private static final String CEFACT = "http://www.opcfoundation.org/UA/units/un/cefact";

    /** UNECE common code to UCUM. */
    private static final Map<String, String> UNECE = Map.<String, String>ofEntries(
            Map.entry("CEL", "Cel"),
            Map.entry("FAH", "[degF]"),
            Map.entry("KEL", "K"),
            Map.entry("P1", "%"),
            Map.entry("C62", "1"),
            Map.entry("59", "[ppm]"),
            Map.entry("BAR", "bar"),
            Map.entry("MBR", "mbar"),
            Map.entry("PAL", "Pa"),
            Map.entry("A97", "hPa"),
            Map.entry("KPA", "kPa"),
            Map.entry("MPA", "MPa"),
            Map.entry("PS", "[psi]"),
            Map.entry("ATM", "atm"),
            Map.entry("HN", "mm[Hg]"),
            Map.entry("MTR", "m"),
            Map.entry("MMT", "mm"),
            Map.entry("CMT", "cm"),
            Map.entry("DMT", "dm"),
            Map.entry("KMT", "km"),
            Map.entry("4H", "um"),
            Map.entry("C45", "nm"),
            Map.entry("INH", "[in_i]"),
            Map.entry("FOT", "[ft_i]"),
            Map.entry("MTK", "m2"),
            Map.entry("MMK", "mm2"),
            Map.entry("CMK", "cm2"),
            Map.entry("MTQ", "m3"),
            Map.entry("CMQ", "cm3"),
            Map.entry("LTR", "L"),
            Map.entry("MLT", "mL"),
            Map.entry("HLT", "hL"),
            Map.entry("GLL", "[gal_us]"),
            Map.entry("SEC", "s"),
            Map.entry("MIN", "min"),
            Map.entry("HUR", "h"),
            Map.entry("DAY", "d"),
            Map.entry("C26", "ms"),
            Map.entry("B98", "us"),
            Map.entry("HTZ", "Hz"),
            Map.entry("KHZ", "kHz"),
            Map.entry("MHZ", "MHz"),
            Map.entry("RPM", "{rot}/min"),
            Map.entry("RPS", "{rot}/s"),
            Map.entry("C97", "/s"),
            Map.entry("C94", "/min"),
            Map.entry("MTS", "m/s"),
            Map.entry("C16", "mm/s"),
            Map.entry("2M", "cm/s"),
            Map.entry("2X", "m/min"),
            Map.entry("KMH", "km/h"),
            Map.entry("MSK", "m/s2"),
            Map.entry("K40", "[g]"),
            Map.entry("KGM", "kg"),
            Map.entry("GRM", "g"),
            Map.entry("MGM", "mg"),
            Map.entry("TNE", "t"),
            Map.entry("LBR", "[lb_av]"),
            Map.entry("NEW", "N"),
            Map.entry("B47", "kN"),
            Map.entry("NU", "N.m"),
            Map.entry("B48", "kN.m"),
            Map.entry("JOU", "J"),
            Map.entry("KJO", "kJ"),
            Map.entry("3B", "MJ"),
            Map.entry("WHR", "W.h"),
            Map.entry("KWH", "kW.h"),
            Map.entry("MWH", "MW.h"),
            Map.entry("WTT", "W"),
            Map.entry("KWT", "kW"),
            Map.entry("MAW", "MW"),
            Map.entry("BHP", "[HP]"),
            Map.entry("VLT", "V"),
            Map.entry("2Z", "mV"),
            Map.entry("KVT", "kV"),
            Map.entry("AMP", "A"),
            Map.entry("4K", "mA"),
            Map.entry("KVA", "kV.A"),
            Map.entry("D46", "V.A"),
            Map.entry("D44", "V.A{reactive}"),
            Map.entry("KVR", "kV.A{reactive}"),
            Map.entry("K3", "kV.A.h{reactive}"),
            Map.entry("AMH", "A.h"),
            Map.entry("OHM", "Ohm"),
            Map.entry("B49", "kOhm"),
            Map.entry("FAR", "F"),
            Map.entry("4O", "uF"),
            Map.entry("SIE", "S"),
            Map.entry("D10", "S/m"),
            Map.entry("B99", "uS/m"),
            Map.entry("H61", "mS/cm"),
            Map.entry("MQH", "m3/h"),
            Map.entry("MQS", "m3/s"),
            Map.entry("L2", "L/min"),
            Map.entry("E32", "L/h"),
            Map.entry("G51", "L/s"),
            Map.entry("G2", "[gal_us]/min"),
            Map.entry("2K", "[cft_i]/h"),
            Map.entry("2L", "[cft_i]/min"),
            Map.entry("KGS", "kg/s"),
            Map.entry("E93", "kg/h"),
            Map.entry("F31", "kg/min"),
            Map.entry("E18", "t/h"),
            Map.entry("KMQ", "kg/m3"),
            Map.entry("GL", "g/L"),
            Map.entry("M1", "mg/L"),
            Map.entry("C7", "cP"),
            Map.entry("C65", "Pa.s"),
            Map.entry("DD", "deg"),
            Map.entry("C81", "rad"),
            Map.entry("2N", "dB"),
            Map.entry("LUX", "lx"),
            Map.entry("LUM", "lm"),
            Map.entry("CDL", "cd"),
            Map.entry("Q30", "[pH]"),
            Map.entry("D54", "W/m2"));

    /** What servers without a code show, and mean without doubt. */
    private static final Map<String, String> SHOWN = Map.<String, String>ofEntries(
            Map.entry("°c", "Cel"),
            Map.entry("degc", "Cel"),
            Map.entry("°f", "[degF]"),
            Map.entry("k", "K"),
            Map.entry("%", "%"),
            Map.entry("bar", "bar"),
            Map.entry("mbar", "mbar"),
            Map.entry("kpa", "kPa"),
            Map.entry("psi", "[psi]"),
            Map.entry("mm", "mm"),
            Map.entry("cm", "cm"),
            Map.entry("µm", "um"),
            Map.entry("l", "L"),
            Map.entry("m³", "m3"),
            Map.entry("m3", "m3"),
            Map.entry("l/min", "L/min"),
            Map.entry("m³/h", "m3/h"),
            Map.entry("m3/h", "m3/h"),
            Map.entry("mm/s", "mm/s"),
            Map.entry("m/s", "m/s"),
            Map.entry("kg", "kg"),
            Map.entry("kg/h", "kg/h"),
            Map.entry("hz", "Hz"),
            Map.entry("rpm", "{rot}/min"),
            Map.entry("1/min", "/min"),
            Map.entry("kw", "kW"),
            Map.entry("kwh", "kW.h"),
            Map.entry("nm", "N.m"));

    private EngineeringUnits() {}

    /** The UCUM code; empty when the unit is not known here. */
    static Optional<String> ucum(EUInformation unit) {
        if (CEFACT.equals(unit.getNamespaceUri()) && unit.getUnitId() != null && unit.getUnitId() > 0) {
            Optional<String> known = Optional.ofNullable(UNECE.get(code(unit.getUnitId())));
            if (known.isPresent()) {
                return known;
            }
        }
        String shown = text(unit).strip();
        return shown.equals("nm") // of these two only the capital tells torque from length
                ? Optional.empty()
                : Optional.ofNullable(SHOWN.get(shown.toLowerCase(Locale.ROOT)));
    }

    /** As the server shows it. */
    static String text(EUInformation unit) {
        String name =
                unit.getDisplayName() == null ? null : unit.getDisplayName().text();
        return name == null ? "" : name;
    }

    /** The characters of the code are the bytes of the number: 4408652 is CEL. */
    static String code(int unitId) {
        StringBuilder code = new StringBuilder();
        for (int shift = 24; shift >= 0; shift -= 8) {
            int character = unitId >>> shift & 0xFF;
            if (character != 0) {
                code.append((char) character);
            }
        }
        return code.toString();
    }

    /** Every UCUM code this may give. */
    static Iterable<String> codes() {
        return UNECE.values();
    }
}
