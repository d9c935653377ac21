package org.millrace.ticket;

import org.millrace.rule.AlarmEvent;

/**
 * What the maintenance team reads: one per incident, rewritten as the incident goes on.
 *
 * @param title one line: what, where
 * @param text plain text with line breaks: what, where, since when, limit, value, peak, duration in words, guidance
 * @param trendSvg the 30 minutes before (and up to now) as a self-contained SVG; empty when there are no points
 */
public record Ticket(String title, String text, String trendSvg) {
    /** Writes the ticket for the state an incident has reached with this event. */
    @FunctionalInterface
    public interface Writer {
        Ticket write(AlarmEvent event);
    }
}
