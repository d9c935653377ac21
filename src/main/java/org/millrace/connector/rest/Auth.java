package org.millrace.connector.rest;

import java.time.Instant;
import java.util.Optional;
import org.millrace.connector.Answer;
import org.millrace.connector.rest.Jq.JqFailed;
import org.millrace.connector.rest.Transport.Call;

/** How requests of a connector show who sends them. Safe for several threads. */
interface Auth {
    /** The credential to use now; may ask the system for it. */
    Answer<Credential> credential();

    /** Another one than the refused; {@link Answer.Unauthorized} where there is no other. */
    Answer<Credential> renew(Credential refused, String why);

    /** Puts itself into a request. */
    @FunctionalInterface
    interface Sign {
        Call apply(Call call) throws JqFailed;
    }

    /**
     * @param generation grows with every fetched one
     * @param until when it is to be fetched anew, where that is known
     */
    record Credential(long generation, Sign sign, Optional<Instant> until) {
        @Override
        public String toString() {
            return "Credential[" + generation + "]";
        }
    }
}
