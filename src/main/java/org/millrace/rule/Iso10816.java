package org.millrace.rule;

import java.math.BigDecimal;
import java.util.List;

/**
 * Zone limits of ISO 10816-3:2009 for industrial machines above 15 kW, velocity in mm/s RMS, 10 Hz to 1000 Hz (2 Hz
 * to 1000 Hz below 600 r/min). A boundary belongs to the lower zone. Rotodynamic pumps are not in this edition (they
 * have a part of their own, 10816-7), and ISO 20816-3:2022 has merged zones A and B: the edition is therefore named
 * wherever these limits are shown.
 */
public final class Iso10816 {
    /** Printed in alarms. */
    public static final String EDITION = "ISO 10816-3:2009";

    static final String UNIT = "mm/s";
    /** Zone C begins where long-term operation ends; B is for rules that ask for it. */
    static final List<String> ZONES = List.of("B", "C", "D");

    private Iso10816() {}

    static boolean hasGroup(int group) {
        return group == 1 || group == 2;
    }

    /** Lower ends of the zones B, C and D. */
    static List<BigDecimal> boundaries(int group, RuleFile.Support support) {
        boolean rigid = support == RuleFile.Support.RIGID;
        return switch (group) {
            case 1 -> rigid ? of("2.3", "4.5", "7.1") : of("3.5", "7.1", "11.0");
            case 2 -> rigid ? of("1.4", "2.8", "4.5") : of("2.3", "4.5", "7.1");
            default -> throw new IllegalArgumentException("ISO 10816-3 has no limits for group " + group);
        };
    }

    /** A, B, C or D. */
    public static String zone(int group, RuleFile.Support support, double velocity) {
        String zone = "A";
        List<BigDecimal> limits = boundaries(group, support);
        for (int i = 0; i < ZONES.size(); i++) {
            zone = velocity > limits.get(i).doubleValue() ? ZONES.get(i) : zone;
        }
        return zone;
    }

    private static List<BigDecimal> of(String b, String c, String d) {
        return List.of(new BigDecimal(b), new BigDecimal(c), new BigDecimal(d));
    }
}
