package org.millrace.doctor;

/**
 * One line of a diagnosis.
 *
 * @param area {@code lock}, {@code journal}, {@code store}, {@code historian}, {@code disk}, {@code repair}
 * @param text what was found, as a sentence without a full stop
 * @param hint what to do; empty when nothing
 */
public record Finding(Level level, String area, String text, String hint) {
    /** How grave it is: only {@code FAIL} makes the exit code 1. */
    public enum Level {
        OK,
        WARN,
        FAIL
    }

    static Finding ok(String area, String text) {
        return new Finding(Level.OK, area, text, "");
    }

    static Finding warn(String area, String text, String hint) {
        return new Finding(Level.WARN, area, text, hint);
    }

    static Finding fail(String area, String text, String hint) {
        return new Finding(Level.FAIL, area, text, hint);
    }
}
