package org.millrace.route;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultProducer;
import org.millrace.connector.Documents;
import org.millrace.erp.B2mml;
import org.millrace.erp.BusinessDocument;
import org.millrace.erp.DocumentJson;
import org.millrace.erp.DocumentKind;
import org.millrace.journal.Journal;
import org.millrace.rule.AlarmEvent;
import org.millrace.signal.SampleBatch;

/** The steps that make documents and hand them over. */
final class DocumentProducers {
    private DocumentProducers() {}

    /**
     * {@code hub:document/<kind>}: the document an event asks for becomes the message. An event that asks for none ends its
     * route here, done.
     */
    static Producer document(HubEndpoint endpoint) {
        DocumentKind kind = kind(endpoint, endpoint.path());
        return new DefaultProducer(endpoint) {
            @Override
            public void process(Exchange exchange) {
                Optional<BusinessDocument> document = asked(endpoint, exchange, kind);
                if (document.isPresent()) {
                    DocumentMessage.put(exchange, document.get());
                } else {
                    exchange.setRouteStop(true);
                }
            }
        };
    }

    /**
     * {@code hub:erp/<connector>}: the message's document to the ledger of that system; with {@code document=<kind>} the one
     * its event asks for. A body that is no document, or one the system has no operation for, is a dead letter.
     */
    static Producer erp(HubEndpoint endpoint) {
        documents(endpoint); // an unknown one fails the start of the route
        Optional<DocumentKind> kind = endpoint.getDocument().isEmpty()
                ? Optional.empty()
                : Optional.of(kind(endpoint, endpoint.getDocument()));
        return new DefaultProducer(endpoint) {
            @Override
            public void process(Exchange exchange) {
                Documents documents = documents(endpoint); // a reload may have changed it
                try {
                    Optional<BusinessDocument> document =
                            kind.isPresent() ? asked(endpoint, exchange, kind.get()) : Optional.of(given(exchange));
                    if (document.isEmpty()) {
                        exchange.getMessage().setHeader("erpDelivery", "none");
                        return;
                    }
                    hand(endpoint, exchange, documents, document.get());
                } catch (IllegalArgumentException e) {
                    refuse(endpoint, exchange, documents.id(), String.valueOf(e.getMessage()));
                }
            }
        };
    }

    /** {@code hub:b2mml/xml}, {@code hub:b2mml/json}: the message's document in the form of ISA-95. */
    static Producer b2mml(HubEndpoint endpoint) {
        boolean xml = endpoint.path().equals("xml");
        if (!xml && !endpoint.path().equals("json")) {
            throw new IllegalArgumentException(endpoint.getEndpointUri() + ": write hub:b2mml/xml or hub:b2mml/json");
        }
        return new DefaultProducer(endpoint) {
            @Override
            public void process(Exchange exchange) {
                BusinessDocument document = given(exchange);
                exchange.getMessage().setBody(xml ? B2mml.xml(document) : B2mml.json(document));
                exchange.getMessage().setHeader("CamelFileName", B2mml.fileName(document, xml ? "xml" : "json"));
            }
        };
    }

    private static void hand(HubEndpoint endpoint, Exchange exchange, Documents documents, BusinessDocument document) {
        Documents.Delivery delivery = documents.deliver(document);
        String said = delivery == Documents.Delivery.QUEUED ? "queued" : "known";
        exchange.getMessage().setHeader("erpDelivery", said);
        exchange.getMessage().setHeader("erpReference", document.reference());
        AlarmEvent event = exchange.getProperty(EventsConsumer.EVENT, AlarmEvent.class);
        if (event != null) {
            endpoint.port().documentTaken(event, documents.id(), said, document.reference());
        }
    }

    private static Optional<BusinessDocument> asked(HubEndpoint endpoint, Exchange exchange, DocumentKind kind) {
        Optional<BusinessDocument> made = DocumentMessage.of(exchange);
        if (made.isPresent() && made.get().kind() == kind) {
            return made;
        }
        AlarmEvent event = exchange.getProperty(EventsConsumer.EVENT, AlarmEvent.class);
        if (event == null) {
            throw new IllegalArgumentException(endpoint.getEndpointUri() + " makes a " + kind.word()
                    + " of an event: the route must start from hub:events");
        }
        String order = exchange.getMessage().getHeader("workOrder", "", String.class);
        return endpoint.port().document(event, kind, order);
    }

    /** What a step before has made, else the body. */
    private static BusinessDocument given(Exchange exchange) {
        return DocumentMessage.of(exchange)
                .orElseGet(() ->
                        DocumentJson.read(String.valueOf(exchange.getMessage().getBody(String.class))));
    }

    private static DocumentKind kind(HubEndpoint endpoint, String word) {
        return DocumentKind.of(word)
                .orElseThrow(() -> new IllegalArgumentException(endpoint.getEndpointUri() + ": there is no document '"
                        + word + "'; one of " + String.join(", ", DocumentKind.words())));
    }

    private static Documents documents(HubEndpoint endpoint) {
        return endpoint.port()
                .documents(endpoint.path())
                .orElseThrow(() -> new IllegalArgumentException(
                        endpoint.getEndpointUri() + ": there is no ERP connector '" + endpoint.path() + "'"));
    }

    private static void refuse(HubEndpoint endpoint, Exchange exchange, String system, String why) {
        exchange.getMessage().setHeader("erpDelivery", "refused");
        long now = endpoint.port().now();
        String raw = String.valueOf(exchange.getMessage().getBody(String.class));
        Journal.DeadLetter letter = new Journal.DeadLetter(
                "routes",
                now,
                "erp/" + system,
                "malformed",
                why,
                String.valueOf(exchange.getFromRouteId()),
                raw.getBytes(StandardCharsets.UTF_8));
        endpoint.port()
                .journal()
                .append(new Journal.Intake("routes", now, 1, SampleBatch.empty(), Map.of(), List.of(letter)))
                .join();
    }
}
