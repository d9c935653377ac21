package org.millrace.route;

import java.time.Duration;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.millrace.erp.BusinessDocument;
import org.millrace.erp.ShiftDocuments;

/**
 * {@code hub:production?name=<consumer>}: the production confirmations of every shift that is over, one message each, in
 * the order of the shifts. A shift is done when the route has completed for all of its documents; until then they come
 * again, with the same references. Body = the document's JSON; headers: {@link DocumentMessage}.
 */
final class ProductionConsumer extends LoopConsumer {
    private static final Duration WAIT = Duration.ofSeconds(1);

    private final String consumer;

    ProductionConsumer(HubEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.consumer = endpoint.getName();
    }

    @Override
    String place() {
        return consumer;
    }

    @Override
    void step() throws Exception {
        Optional<ShiftDocuments> next = hub().port().production(consumer, WAIT);
        if (next.isEmpty()) {
            return;
        }
        for (BusinessDocument document : next.get().documents()) {
            Exchange exchange = exchange("");
            DocumentMessage.put(exchange, document);
            process(exchange);
        }
        hub().port().produced(consumer, next.get());
    }
}
