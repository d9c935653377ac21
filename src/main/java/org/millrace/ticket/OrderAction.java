package org.millrace.ticket;

import org.millrace.rule.RuleFile.Severity;

/** The next call an order needs. It carries what it tells, so that its answer can be booked whatever came meanwhile. */
public sealed interface OrderAction {
    /** Which orders carry the reference? Before every creation, and to look for doubles. */
    record Find(String reference) implements OrderAction {}

    record Create(String reference, Severity severity) implements OrderAction {}

    /** How does the order stand, just now? */
    record Get(String id) implements OrderAction {}

    /** Raises the priority. */
    record Update(String id, Severity severity) implements OrderAction {}

    /** Says what has happened since the last comment. */
    record Comment(String id, Severity severity, int repeats, boolean active) implements OrderAction {}

    /** Opens the order again: the symptom is back. */
    record Reopen(String id) implements OrderAction {}

    /** Closes an order nobody touched, whose condition is over. */
    record Close(String id) implements OrderAction {}

    /** Hands over the trend picture. */
    record Attach(String id) implements OrderAction {}

    /** Comments and cancels a double. @param kept number of the order that goes on */
    record CancelDouble(String id, String kept) implements OrderAction {}
}
