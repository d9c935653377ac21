/**
 * What maintenance people read about an incident, and what becomes of its work order.
 *
 * <p>{@link org.millrace.ticket.TicketText} writes a {@link org.millrace.ticket.Ticket} from an alarm event and the
 * evidence it is given; {@link org.millrace.ticket.OrderNotes} what is said later; {@link org.millrace.ticket.TrendSvg} and
 * {@link org.millrace.ticket.TrendPng} draw; {@link org.millrace.ticket.Words} holds every word, so that a language is one
 * more {@code messages_xx.properties}.
 *
 * <p>{@link org.millrace.ticket.OrderRow} is one episode in one remote system. {@link org.millrace.ticket.OrderAlarms}
 * (events), {@link org.millrace.ticket.OrderAnswers} (answers) and {@link org.millrace.ticket.OrderWatch} (looks, time,
 * restarts) make the next row of it, {@link org.millrace.ticket.OrderNext} says which call it needs; the table in
 * docs/work-orders.md is their specification.
 *
 * <p>Pure: it knows no Camel, SQL, HTTP or clock. The same input gives the same output. Whatever came from configuration or
 * the field is escaped where it enters the picture, and never contains line breaks in a title.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.ticket;
