package org.millrace.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.store.OperationalStore;

/** A {@code hub:} address that no route can mean is refused when the route is made, with the address and what to write. */
class HubEndpointIT {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hub:mqtt                    | mock:a            | a name must follow, e.g. hub:mqtt/<name>",
                "hub:mqtt/nowhere            | mock:a            | there is no source 'nowhere' in connectors-config/sources",
                "hub:mqtt/press-line         | mock:a            | write hub:opcua/press-line",
                "hub:events                  | mock:a            | give the consumer a name (?name=work-orders)",
                "hub:events/orders?name=a    | mock:a            | hub:events takes no name",
                "hub:evnts                   | mock:a            | there is no step 'evnts'; steps are opcua, plc, mqtt",
                "hub:ingest                  | mock:a            | takes messages: use it in to:, not in from:",
                "hub:journal                 | mock:a            | a name must follow, e.g. hub:journal/<name>",
                "hub:events?name=a&colour=1  | mock:a            | colour",
                "direct:a                    | hub:mqtt/field    | gives messages: use it in from:, not in to:",
                "direct:a                    | hub:cmms/atlas    | there is no connector 'atlas'; the built-in one is hub:cmms/desk",
                "direct:a                    | hub:cmms          | a name must follow, e.g. hub:cmms/<name>",
                "direct:a                    | hub:historian/x   | hub:historian takes no name",
            })
    void misuseIsRefusedWithTheAddressAndAHint(String from, String to, String expected) throws Exception {
        try (OperationalStore store = OperationalStore.open(folder);
                CamelContext context = new DefaultCamelContext()) {
            context.getRegistry().bind(HubPort.NAME, new RecordingPort(store.outbox()));
            Throwable refused = catchThrowable(() -> {
                context.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(from).to(to);
                    }
                });
                context.start();
            });

            assertThat(refused).isNotNull();
            assertThat(org.assertj.core.util.Throwables.getStackTrace(refused))
                    .contains("hub:")
                    .contains(expected);
        }
    }

    /** Only what begins at the rules can become a work order; only a journal's batch can be stored. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hub:cmms/desk               | the route must start from hub:events",
                "hub:ticket                  | the route must start from hub:events",
                "hub:historian               | JournalBatch",
                "hub:ingest                  | takes deliveries of a hub source",
                "hub:decode/json             | hub:decode/<format>?source=<id>",
            })
    void aMessageOfAnotherKindIsRefusedAtTheStep(String to, String expected) throws Exception {
        try (OperationalStore store = OperationalStore.open(folder);
                CamelContext context = new DefaultCamelContext()) {
            context.getRegistry().bind(HubPort.NAME, new RecordingPort(store.outbox()));
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:a").to(to);
                }
            });
            context.start();
            Throwable refused =
                    catchThrowable(() -> context.createProducerTemplate().sendBody("direct:a", "{\"a\":1}"));

            assertThat(org.assertj.core.util.Throwables.getStackTrace(refused)).contains(expected);
        }
    }
}
