package org.millrace.route;

import jakarta.activation.DataHandler;
import jakarta.mail.util.ByteArrayDataSource;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.attachment.AttachmentMessage;
import org.apache.camel.attachment.DefaultAttachmentMessage;
import org.apache.camel.support.DefaultProducer;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.AlarmEvent.Type;
import org.millrace.ticket.Ticket;
import org.millrace.ticket.TrendPng;

/**
 * {@code hub:ticket}: what people read of an event, for e-mail and chat. The body becomes the ticket's text in the hub's
 * language, its trend picture the attachment {@code trend.png}; headers {@code Subject} and {@code workOrder} (empty when
 * none is known). {@code Message-ID}, {@code In-Reply-To} and {@code References} make one conversation of an incident, and
 * of a message that is sent again after a lost answer the same message (RFC 5322 §3.6.4).
 */
final class TicketProducer extends DefaultProducer {
    private static final String HERE = "@millrace";

    private final HubEndpoint endpoint;

    TicketProducer(HubEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) {
        AlarmEvent event = exchange.getProperty(EventsConsumer.EVENT, AlarmEvent.class);
        if (event == null) {
            throw new IllegalArgumentException(
                    endpoint.getEndpointUri() + " takes events: the route must start from hub:events");
        }
        Ticket ticket = endpoint.port().ticket(event);
        AttachmentMessage message = new DefaultAttachmentMessage(exchange.getMessage());
        boolean first = event.type() == Type.RAISED && event.step() == 1;
        message.setBody(ticket.text());
        message.setHeader("Subject", first ? ticket.title() : "Re: " + ticket.title());
        if (message.getHeader("workOrder", "", String.class).isEmpty()) { // hub:cmms before this step knows it first
            message.setHeader("workOrder", endpoint.port().workOrder(event));
        }
        message.setHeader("Message-ID", id(first ? event.incident() : event.id()));
        if (!first) {
            message.setHeader("In-Reply-To", id(event.incident()));
            message.setHeader("References", id(event.incident()));
        }
        TrendPng.of(ticket.trendSvg())
                .ifPresent(png ->
                        message.addAttachment("trend.png", new DataHandler(new ByteArrayDataSource(png, "image/png"))));
    }

    /** Of letters and digits only, whatever an incident is called. */
    private static String id(String name) {
        return "<" + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)) + HERE + ">";
    }
}
