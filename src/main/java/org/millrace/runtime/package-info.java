/**
 * The hub at work: the loops that drive the pure parts, and what is known right now.
 *
 * <p>Owns {@link org.millrace.runtime.Ingest} (readings to journal), {@link org.millrace.runtime.RuleLoop} (journal to
 * rules to outbox, one transaction), {@link org.millrace.runtime.LiveView} (the newest value of every tag) and {@link
 * org.millrace.runtime.Ticker} (time as journal entries), {@link org.millrace.runtime.StaleMarks} (silence as journal
 * entries) and {@link org.millrace.runtime.DeviceClocks} (how far devices' clocks are off). Knows neither Camel nor HTTP; it is wired by {@code Hub}.
 *
 * <p>{@link org.millrace.runtime.Production} makes the production confirmations of shifts that are over.
 *
 * <p>Invariants: a source is acknowledged only after the journal's commit; rule state, cursor and outbox rows commit
 * together, and only then does the journal's trim cursor move.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.runtime;
