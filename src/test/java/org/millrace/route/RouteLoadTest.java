package org.millrace.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.millrace.route.RouteFiles.RouteFile;
import org.postgresql.ds.PGSimpleDataSource;

/** What the check passes, Camel loads: shown with a real context in which only {@code hub:} is a stand-in. */
class RouteLoadTest {
    static Stream<Case> good() {
        return Case.all("good-").stream();
    }

    @ParameterizedTest
    @MethodSource("good")
    void whatPassesLoads(Case good) throws Exception {
        try (CamelContext context = context()) {
            load(context, good.files());
            context.start();

            assertThat(context.getRoutes()).isNotEmpty();
        }
    }

    @Test
    void shippedKameletsLoadFromTheClassPath() throws Exception {
        String text = """
                - route:
                    id: a
                    from: {uri: "kamelet:opcua-source?source=press-line", steps: [{to: "kamelet:historian-sink"}]}
                - route:
                    id: b
                    from: {uri: "kamelet:plc-source?source=plc-7", steps: [{to: "kamelet:historian-sink"}]}
                - route:
                    id: c
                    from: {uri: "kamelet:mqtt-source?source=field", steps: [{to: "kamelet:historian-sink"}]}
                - route:
                    id: d
                    from: {uri: "kamelet:lorawan-source?source=field", steps: [{to: "kamelet:work-order-sink?connector=desk"}]}
                """;
        try (CamelContext context = context()) {
            load(context, List.of(new RouteFile("all.camel.yaml", text, RouteFiles.Kind.ROUTE)));
            context.start();

            assertThat(context.getEndpoints().stream().map(Endpoint::getEndpointUri))
                    .contains(
                            "hub://opcua/press-line",
                            "hub://plc/plc-7",
                            "hub://mqtt/field",
                            "hub://decode/auto",
                            "hub://historian",
                            "hub://cmms/desk");
        }
    }

    private static void load(CamelContext context, List<RouteFile> files) throws Exception {
        List<Resource> resources = files.stream()
                .sorted((a, b) -> a.kind() == b.kind() ? 0 : a.kind() == RouteFiles.Kind.KAMELET ? -1 : 1)
                .map(f -> ResourceHelper.fromString(f.path(), f.text()))
                .toList();
        PluginHelper.getRoutesLoader(context).loadRoutes(resources);
    }

    /** Routes are built with their endpoints, but not started: no ports, no network. */
    private static CamelContext context() {
        DefaultCamelContext context = new DefaultCamelContext();
        context.setAutoStartup(false);
        context.addComponent("hub", new StandInHub());
        context.addComponent("platform-http", platformHttp());
        context.getRegistry().bind("historian", DataSource.class, new PGSimpleDataSource());
        context.getPropertiesComponent().addInitialProperty("unused", "");
        context.getPropertiesComponent().addPropertiesFunction(new org.apache.camel.spi.PropertiesFunction() {
            @Override
            public String getName() {
                return "file-secret";
            }

            @Override
            public String apply(String remainder) {
                return "secret-" + remainder;
            }
        });
        return context;
    }

    private static Component platformHttp() {
        PlatformHttpComponent component = new PlatformHttpComponent();
        component.setEngine((endpoint, processor) -> new DefaultConsumerOf(endpoint, processor));
        return component;
    }

    private static final class DefaultConsumerOf extends DefaultConsumer
            implements org.apache.camel.component.platform.http.spi.PlatformHttpConsumer {
        DefaultConsumerOf(Endpoint endpoint, Processor processor) {
            super(endpoint, processor);
        }

        @Override
        public org.apache.camel.component.platform.http.PlatformHttpEndpoint getEndpoint() {
            return (org.apache.camel.component.platform.http.PlatformHttpEndpoint) super.getEndpoint();
        }
    }

    private static final class StandInHub extends DefaultComponent {
        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            parameters.clear(); // the options were checked before
            return new StandInEndpoint(uri, this);
        }
    }

    private static final class StandInEndpoint extends DefaultEndpoint {
        StandInEndpoint(String uri, Component component) {
            super(uri, component);
        }

        @Override
        public Producer createProducer() {
            return new DefaultProducer(this) {
                @Override
                public void process(org.apache.camel.Exchange exchange) {}
            };
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            return new DefaultConsumer(this, processor);
        }
    }
}
