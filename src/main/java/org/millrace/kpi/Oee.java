package org.millrace.kpi;

import java.util.OptionalDouble;

/**
 * Overall equipment effectiveness from its five quantities, in the terms of ISO 22400-2. Where the denominator is
 * nothing there is no value, never 0 % and never 100 %.
 *
 * @param plannedBusy PBT, µs
 * @param production APT, actual production time with its minor stops, µs
 * @param setup AUST, set-up, µs
 * @param ideal PRI × PQ: time the pieces would have taken at full speed, µs
 * @param produced PQ
 * @param good GQ
 */
public record Oee(long plannedBusy, long production, long setup, double ideal, double produced, double good) {

    /** APT / PBT. */
    public OptionalDouble availability() {
        return ratio(production, plannedBusy);
    }

    /** PRI × PQ / APT; above 1 when the ideal cycle is wrong, and told as it is. */
    public OptionalDouble effectiveness() {
        return ratio(ideal, production);
    }

    /** GQ / PQ. */
    public OptionalDouble quality() {
        return ratio(good, produced);
    }

    /** Availability × effectiveness × quality, which is PRI × GQ / PBT. */
    public OptionalDouble oee() {
        return plannedBusy > 0 && production == 0
                ? OptionalDouble.of(0)
                : product(availability(), effectiveness(), produced == 0 ? effectiveness() : quality());
    }

    /** Net equipment effectiveness: set-up counts as use (AUPT / PBT × effectiveness × quality). */
    public OptionalDouble nee() {
        return product(ratio(production + setup, plannedBusy), effectiveness(), quality());
    }

    /** Total effective equipment performance: OEE × PBT / calendar time. */
    public OptionalDouble teep(long calendar) {
        return product(oee(), ratio(plannedBusy, calendar), OptionalDouble.of(1));
    }

    private static OptionalDouble product(OptionalDouble a, OptionalDouble b, OptionalDouble c) {
        return a.isEmpty() || b.isEmpty() || c.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(a.getAsDouble() * b.getAsDouble() * c.getAsDouble());
    }

    private static OptionalDouble ratio(double part, double whole) {
        return whole > 0 ? OptionalDouble.of(part / whole) : OptionalDouble.empty();
    }
}
