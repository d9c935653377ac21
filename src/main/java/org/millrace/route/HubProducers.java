package org.millrace.route;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.DefaultProducer;
import org.millrace.connector.WorkOrderSystem;
import org.millrace.connector.WorkOrderSystem.Delivery;
import org.millrace.journal.Journal;
import org.millrace.rule.AlarmEvent;
import org.millrace.signal.SampleBatch;
import org.millrace.source.SourceBatch;

/** The {@code to:} side of the hub's steps. */
final class HubProducers {
    private HubProducers() {}

    /** {@code hub:decode/<format>}: payloads to readings. {@code auto} takes the format each topic is configured with. */
    static Producer decode(HubEndpoint endpoint) {
        return new DefaultProducer(endpoint) {
            @Override
            public void process(Exchange exchange) {
                exchange.getMessage().setBody(endpoint.port().decode(batch(exchange, endpoint), format(endpoint)));
            }
        };
    }

    /** hub:ingest takes what is not decoded yet as hub:decode/auto does. */
    private static String format(HubEndpoint endpoint) {
        return endpoint.step() == HubStep.DECODE ? endpoint.path() : "auto";
    }

    /** {@code hub:ingest}: bind and journal; the exchange completes when it is durable. */
    static Producer ingest(HubEndpoint endpoint) {
        return new DefaultAsyncProducer(endpoint) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                try {
                    SourceBatch.Readings readings = endpoint.port().decode(batch(exchange, endpoint), format(endpoint));
                    endpoint.port().ingest(readings).whenComplete((done, failure) -> {
                        if (failure != null) {
                            exchange.setException(failure);
                        }
                        callback.done(false);
                    });
                    return false;
                } catch (RuntimeException e) {
                    exchange.setException(e);
                    callback.done(true);
                    return true;
                }
            }
        };
    }

    /** {@code hub:historian}: writes a {@link JournalBatch}. */
    static Producer historian(HubEndpoint endpoint) {
        return new DefaultProducer(endpoint) {
            @Override
            public void process(Exchange exchange) throws Exception {
                JournalBatch batch = exchange.getMessage().getMandatoryBody(JournalBatch.class);
                exchange.setProperty(JournalConsumer.OUTCOME, endpoint.port().store(batch));
            }
        };
    }

    /** {@code hub:cmms/<connector>}: one step of an incident to a work-order system. */
    static Producer cmms(HubEndpoint endpoint) {
        system(endpoint); // an unknown one fails the start of the route
        return new DefaultProducer(endpoint) {
            @Override
            public void process(Exchange exchange) {
                WorkOrderSystem system = system(endpoint); // a reload may have changed it
                AlarmEvent event = exchange.getProperty(EventsConsumer.EVENT, AlarmEvent.class);
                if (event == null) {
                    throw new IllegalArgumentException(
                            endpoint.getEndpointUri() + " takes events: the route must start from hub:events");
                }
                Delivery delivery = system.deliver(event);
                exchange.getMessage().setHeader("workOrder", number(delivery));
                switch (delivery) {
                    case Delivery.Created c -> {}
                    case Delivery.Updated u -> {}
                    case Delivery.Queued q -> {}
                    case Delivery.Unchanged u -> {}
                    case Delivery.Deferred d -> throw new IllegalStateException(system.id() + ": " + d.why());
                    case Delivery.Rejected r ->
                        append(
                                endpoint,
                                "events",
                                "cmms/" + system.id(),
                                "rejected",
                                r.why(),
                                event.id(),
                                event.toString());
                }
            }
        };
    }

    /** {@code hub:readings/<connector>}: latest values of meters, kept on disk and sent when they are due. */
    static Producer readings(HubEndpoint endpoint) {
        return new DefaultProducer(endpoint) {
            @Override
            public void process(Exchange exchange) {
                JournalBatch batch = exchange.getProperty(JournalConsumer.BATCH, JournalBatch.class);
                if (batch == null) {
                    throw new IllegalArgumentException(endpoint.getEndpointUri()
                            + " takes values: the route must start from hub:journal/<cursor>");
                }
                endpoint.port().readings(endpoint.path(), batch);
            }
        };
    }

    private static WorkOrderSystem system(HubEndpoint endpoint) {
        return endpoint.port()
                .workOrderSystem(endpoint.path())
                .orElseThrow(() -> new IllegalArgumentException(endpoint.getEndpointUri() + ": there is no connector '"
                        + endpoint.path() + "'; the built-in one is hub:cmms/desk"));
    }

    private static String number(Delivery delivery) {
        return switch (delivery) {
            case Delivery.Created c -> c.number();
            case Delivery.Updated u -> u.number();
            case Delivery.Queued q -> q.reference();
            case Delivery.Unchanged u -> "";
            case Delivery.Deferred d -> "";
            case Delivery.Rejected r -> "";
        };
    }

    /**
     * {@code hub:dead-letter}: keeps the body with the reason (the exception that brought it here), durably. A batch from
     * {@code hub:journal} becomes the cursor's rejected samples, so that the sink's account says what it did not take.
     */
    static Producer deadLetter(HubEndpoint endpoint) {
        return new DefaultProducer(endpoint) {
            @Override
            public void process(Exchange exchange) {
                Exception cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
                String step = "route/" + exchange.getFromRouteId();
                String reason = cause == null ? "sent-by-route" : "failed";
                String detail = cause == null ? "a route handed it to hub:dead-letter" : cause.toString();
                JournalBatch batch = exchange.getProperty(JournalConsumer.BATCH, JournalBatch.class);
                if (batch != null) {
                    exchange.setProperty(
                            JournalConsumer.OUTCOME,
                            RefusedBatch.outcome(batch, endpoint.port().journal(), step, reason, detail));
                    return;
                }
                String source = endpoint.getSource().isEmpty() ? "routes" : endpoint.getSource();
                append(
                        endpoint,
                        source,
                        step,
                        reason,
                        detail,
                        exchange.getExchangeId(),
                        String.valueOf(exchange.getMessage().getBody(String.class)));
            }
        };
    }

    private static void append(
            HubEndpoint endpoint,
            String source,
            String step,
            String reason,
            String detail,
            String context,
            String raw) {
        long now = endpoint.port().now();
        Journal.DeadLetter letter = new Journal.DeadLetter(
                source, now, step, reason, detail, context, raw.getBytes(StandardCharsets.UTF_8));
        endpoint.port()
                .journal()
                .append(new Journal.Intake(source, now, 1, SampleBatch.empty(), Map.of(), List.of(letter)))
                .join();
    }

    /** The body as a batch: what a source delivered, or one message of any other Camel component. */
    private static SourceBatch batch(Exchange exchange, HubEndpoint endpoint) {
        Object body = exchange.getMessage().getBody();
        if (body instanceof SourceBatch batch) {
            return batch;
        }
        byte[] bytes = exchange.getMessage().getBody(byte[].class);
        if (bytes == null || endpoint.getSource().isEmpty() || endpoint.step() != HubStep.DECODE) {
            throw new IllegalArgumentException(endpoint.getEndpointUri()
                    + " takes deliveries of a hub source; to decode a message of another component write"
                    + " hub:decode/<format>?source=<id> before it");
        }
        long now = endpoint.port().now();
        String topic = exchange.getMessage().getHeader("CamelMqttTopic", "", String.class);
        return new SourceBatch.Payloads(
                endpoint.getSource(),
                now,
                List.of(new SourceBatch.Payload(topic, bytes, endpoint.path(), Map.of(), now)));
    }
}
