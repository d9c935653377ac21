package org.millrace.kpi;

/** The six big losses, and planned stops, which only SMRP counts. */
public enum Loss {
    BREAKDOWNS("availability"),
    SETUP("availability"),
    PLANNED_STOPS("availability"),
    MINOR_STOPS("effectiveness"),
    REDUCED_SPEED("effectiveness"),
    DEFECTS("quality"),
    STARTUP_REJECTS("quality");

    private final String factor;

    Loss(String factor) {
        this.factor = factor;
    }

    /** Which of the three factors it lowers. */
    public String factor() {
        return factor;
    }
}
