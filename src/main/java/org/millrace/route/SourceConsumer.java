package org.millrace.route;

import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;
import org.millrace.source.Source;
import org.millrace.source.SourceBatch;

/**
 * {@code hub:opcua/<source>}, {@code hub:plc/<source>}, {@code hub:mqtt/<source>}, {@code hub:http/<source>}, {@code
 * hub:file/<source>}, {@code hub:sql/<source>}: one connection; body = {@link SourceBatch}. The route's end is the source's acknowledgement: a failed exchange is offered again.
 */
final class SourceConsumer extends HubConsumer {
    private @Nullable Source source;

    SourceConsumer(HubEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        source(endpoint);
    }

    private static Source source(HubEndpoint endpoint) {
        String id = endpoint.path();
        Source source = endpoint.port()
                .source(id)
                .orElseThrow(() -> new IllegalArgumentException(
                        endpoint.getEndpointUri() + ": there is no source '" + id + "' in connectors-config/sources"));
        if (!source.kind().equals(endpoint.step().word())) {
            throw new IllegalArgumentException(endpoint.getEndpointUri() + ": source '" + id + "' is of kind "
                    + source.kind() + ", write hub:" + source.kind() + "/" + id);
        }
        return source;
    }

    String sourceId() {
        return hub().path();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        Source now = source(hub()); // a reload may have made it anew
        source = now;
        now.start(this::receive);
    }

    private void receive(SourceBatch batch, Consumer<@Nullable Throwable> done) {
        Exchange exchange = exchange(batch);
        getAsyncProcessor().process(exchange, doneSync -> done.accept(exchange.getException()));
    }

    @Override
    protected void doStop() throws Exception {
        Source running = source;
        if (running != null) {
            running.close();
        }
        super.doStop();
    }
}
