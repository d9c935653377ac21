package org.millrace.route;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;

/** What the hub's consumers share: an exchange with a body, handed to the route, and how it ended. */
abstract class HubConsumer extends DefaultConsumer {
    private final HubEndpoint hub;

    HubConsumer(HubEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.hub = endpoint;
    }

    HubEndpoint hub() {
        return hub;
    }

    Exchange exchange(Object body) {
        Exchange exchange = createExchange(false);
        exchange.getMessage().setBody(body);
        return exchange;
    }
}
