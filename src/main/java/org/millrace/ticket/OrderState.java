package org.millrace.ticket;

import java.util.Locale;

/** Where the work order of one episode stands, in the hub's own ledger. */
public enum OrderState {
    /** Decided and durable; the system has not been asked for an order, or has certainly not made one. */
    INTENT,
    /** The creation is about to be sent. Found so after a crash, it may or may not have been: {@link #UNKNOWN}. */
    CREATING,
    /** A creation was sent and its outcome is not known: it is looked for before anything else. */
    UNKNOWN,
    /** In the system, nobody has begun. */
    OPEN,
    /** Somebody works on it: the alarm of that asset and failure mode is muted. */
    IN_PROGRESS,
    /** Begun and waiting (parts, a stop of the line). */
    ON_HOLD,
    /** Done, under verification: the symptom may come back. */
    DONE,
    /** Done, and the symptom stayed away. */
    CLOSED,
    /** Refused or deleted by a person. */
    CANCELLED,
    /** The system refuses it for good; a dead letter says why. */
    DEAD;

    /** At most one such row per key and system. */
    public boolean isLive() {
        return this == INTENT || this == CREATING || this == UNKNOWN || isOpenThere();
    }

    /** The system has it, and a person still has it to do. */
    public boolean isOpenThere() {
        return this == OPEN || this == IN_PROGRESS || this == ON_HOLD;
    }

    /** {@code in_progress} and so on. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
