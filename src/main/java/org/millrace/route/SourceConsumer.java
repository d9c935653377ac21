package org.millrace.route;

import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;
import org.millrace.source.Source;
import org.millrace.source.SourceBatch;

/**
 * {@code hub:opcua/<source>}, {@code hub:plc/<source>}, {@code hub:mqtt/<source>}, {@code hub:http/<source>}: one connection; body = {@link
 * SourceBatch}. The route's end is the source's acknowledgement: a failed exchange is offered again.
 */
final class SourceConsumer extends HubConsumer {
    private final Source source;

    SourceConsumer(HubEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        String id = endpoint.path();
        this.source = endpoint.port()
                .source(id)
                .orElseThrow(() -> new IllegalArgumentException(
                        endpoint.getEndpointUri() + ": there is no source '" + id + "' in connectors-config/sources"));
        if (!source.kind().equals(endpoint.step().word())) {
            throw new IllegalArgumentException(endpoint.getEndpointUri() + ": source '" + id + "' is of kind "
                    + source.kind() + ", write hub:" + source.kind() + "/" + id);
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        source.start(this::receive);
    }

    private void receive(SourceBatch batch, Consumer<@Nullable Throwable> done) {
        Exchange exchange = exchange(batch);
        getAsyncProcessor().process(exchange, doneSync -> done.accept(exchange.getException()));
    }

    @Override
    protected void doStop() throws Exception {
        source.close();
        super.doStop();
    }
}
