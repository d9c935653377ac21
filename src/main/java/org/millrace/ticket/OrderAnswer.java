package org.millrace.ticket;

import java.util.List;
import java.util.Optional;

/** What a call brought. */
public sealed interface OrderAnswer {
    /** An order as its system shows it. @param state OPEN, IN_PROGRESS, ON_HOLD, DONE or CANCELLED */
    record There(String id, String number, OrderState state, boolean touched) {}

    /** @param orders lowest id first */
    record Found(List<There> orders) implements OrderAnswer {}

    record Made(There order) implements OrderAnswer {}

    /** Of one order; empty when it is gone. */
    record Stands(Optional<There> order) implements OrderAnswer {}

    /** Carried out, nothing to tell. */
    record Done() implements OrderAnswer {}

    /** @param after the least pause the system asked for, µs; 0 = it said none */
    record Failed(Kind kind, String why, long after) implements OrderAnswer {}

    enum Kind {
        /** Not done; may work later. */
        RETRYABLE,
        /** Not done; too many calls. */
        THROTTLED,
        /** Not done; the credentials are refused. */
        UNAUTHORIZED,
        /** Not done, and never will be. */
        PERMANENT,
        /** Sent; perhaps done. */
        UNKNOWN
    }
}
