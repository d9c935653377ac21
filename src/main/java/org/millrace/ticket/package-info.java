/**
 * What maintenance people read about an incident: title, text, duration in words, trend picture.
 *
 * <p>{@link org.millrace.ticket.TicketText} writes a {@link org.millrace.ticket.Ticket} from an alarm event and the
 * evidence it is given; {@link org.millrace.ticket.TrendSvg} draws; {@link org.millrace.ticket.Words} holds every word,
 * so that a language is one more {@code messages_xx.properties}.
 *
 * <p>Pure: it knows no Camel, SQL, HTTP or clock. The same event and evidence give the same bytes. Whatever came from
 * configuration or the field is escaped where it enters the picture, and never contains line breaks in a title.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.ticket;
