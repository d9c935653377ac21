package org.millrace.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.config.Placeholders;
import org.millrace.config.RecordBinder;
import org.millrace.config.YamlReader;
import org.millrace.connector.rest.ConnectorFile;
import org.millrace.connector.rest.RestConnector;
import org.millrace.connector.rest.Shipped;
import org.millrace.signal.Micros;
import org.millrace.store.AssetContext;
import org.millrace.store.OperationalStore;

/** By REST, through a connector: pages, names that are no asset, and a system that is away. */
class ContextPollerIT {
    private static final long SINCE = Micros.of(Instant.parse("2026-11-22T09:30:00Z"));

    @TempDir
    Path folder;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<List<AssetContext.Entry>> told = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private HttpServer server;
    private OperationalStore store;
    private ContextPoller poller;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/", exchange -> {
            String uri = exchange.getRequestURI().toString();
            asked.add(uri);
            String body = uri.contains("page=2")
                    ? "{\"rows\":[{\"machine\":\"WC-2\",\"no\":\"B\",\"from\":\"\"},{\"machine\":\"WC-9\",\"no\":\"X\"}]}"
                    : "{\"rows\":[{\"machine\":\"WC-1\",\"no\":\"A\",\"from\":\"2026-11-22 10:30:00\"}],\"more\":true}";
            answer(exchange, body);
        });
        server.start();
        store = OperationalStore.open(folder);
        ConnectorFile connector =
                Shipped.least("http://127.0.0.1:" + server.getAddress().getPort(), "");
        RestConnector client = RestConnector.of(
                connector,
                reference -> "",
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(),
                Clock.systemUTC());
        ContextFile file = file("""
                kind: Context
                id: erp
                every: 100ms
                rest:
                  connector: x
                  request:
                    path: /running
                    query: { page: $page }
                    items: .rows
                    pages: { first: "1", next: 'if .more then $page + 1 else null end' }
                asset: .machine
                match: cmms.wc
                since: .from
                zone: Europe/Paris
                fields: { order: .no }
                """);
        poller = new ContextPoller(
                file,
                ContextSources.of(file, id -> id.equals("x") ? Optional.of(client) : Optional.empty(), text -> ""),
                Map.of("WC-1", "M-1", "WC-2", "M-2"),
                store.assetContext(),
                (source, entries) -> told.add(entries),
                Clock.systemUTC());
    }

    private void answer(com.sun.net.httpserver.HttpExchange exchange, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static ContextFile file(String yaml) {
        RecordBinder binder = new RecordBinder(new Placeholders(name -> Optional.empty(), name -> Optional.empty()));
        return binder.bind(
                        ContextFile.class,
                        YamlReader.parse("c.yaml", yaml).documents().getFirst())
                .orElseThrow();
    }

    @AfterEach
    void stop() throws Exception {
        poller.close();
        store.close();
        server.stop(0);
    }

    private static void eventually(ThrowingRunnable what) {
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(what);
    }

    @Test
    void readsAllPagesAndKeepsWhatHoldsFromWhen() {
        poller.start();
        eventually(() -> assertThat(store.assetContext().asOf("M-2", Long.MAX_VALUE))
                .singleElement()
                .satisfies(valid -> assertThat(valid.fields()).isEqualTo(Map.of("order", "B"))));
        assertThat(asked).contains("/running?page=1", "/running?page=2");
        assertThat(store.assetContext().asOf("M-1", SINCE)).singleElement().satisfies(valid -> {
            assertThat(valid.fields()).isEqualTo(Map.of("order", "A"));
            assertThat(valid.validFrom()).isEqualTo(SINCE);
        });
        assertThat(store.assetContext().asOf("M-1", SINCE - 1)).isEmpty();
        eventually(() -> assertThat(poller.status().strange()).containsExactly("WC-9"));
        assertThat(told).as("what did not change is told once").hasSize(1);
    }

    @Test
    void aSystemThatIsAwayIsSeenAndItsLastAnswerStays() {
        poller.start();
        eventually(() -> assertThat(poller.status().lastRead()).isPositive());
        status = 503;
        eventually(() -> assertThat(poller.status().up()).isFalse());
        assertThat(poller.status().lastError()).contains("HTTP 503");
        assertThat(store.assetContext().asOf("M-1", SINCE)).isNotEmpty();
        status = 200;
        eventually(() -> assertThat(poller.status().up()).isTrue());
        assertThat(told).hasSize(1);
    }
}
