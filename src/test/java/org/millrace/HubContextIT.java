package org.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.console.ConsoleData.SinkView;
import org.millrace.e2e.Homes;
import org.millrace.historian.TestPostgres;
import org.millrace.signal.Micros;

/** A whole hub, and a production database (PostgreSQL) that knows what is being made. */
@Timeout(180)
class HubContextIT {
    private static final String TOKEN = "press-token-0123456789";
    private static TestPostgres postgres;

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void database() {
        postgres = TestPostgres.start();
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.close();
    }

    @BeforeEach
    void configure() throws Exception {
        sql("DROP TABLE IF EXISTS running");
        sql("CREATE TABLE running (work_center TEXT, order_no TEXT, product TEXT, shift TEXT, started TIMESTAMPTZ)");
        write("secrets/press", TOKEN);
        write("connectors-config/sources/press.yaml", """
                kind: HttpSource
                id: press
                decode: json
                map: { device: "$topic[2]", time: .ts, readings: .values }
                devices: { p: "{{file-secret:press}}" }
                """);
        write("connectors-config/assets/pr-3.yaml", """
                kind: Asset
                id: PR-3
                name: Press 3
                path: acme/lyon/hall-2/pr-3
                cmms: { work_center: "WC-0300" }
                tags:
                  oil: { from: press, device: p, field: oil, unit: Cel }
                """);
        write("connectors-config/rules/hot.yaml", """
                kind: Rule
                id: hot
                title: "{asset.name} is hot"
                for: { assets: [PR-3] }
                watch: threshold
                input: oil
                limits: { H: 80 Cel }
                failure_mode: OHE
                work_order: { on: raised }
                """);
        write("connectors-config/context/mes.yaml", """
                kind: Context
                id: mes
                every: 200ms
                stale_after: 10m
                sql:
                  url: "%s"
                  user: "%s"
                  password: "{{file-secret:mes}}"
                  query: SELECT work_center, order_no, product, shift, started FROM running
                asset: work_center
                match: cmms.work_center
                since: started
                fields: { order: order_no, product: product, shift: shift }
                """.formatted(postgres.url(), postgres.user()));
        write("secrets/mes", postgres.password());
        write("routes/press.camel.yaml", """
                - route:
                    id: press
                    from: { uri: hub:http/press, steps: [ { to: hub:decode/auto }, { to: hub:ingest } ] }
                - route:
                    id: orders
                    from: { uri: "hub:events?name=orders", steps: [ { to: hub:cmms/desk } ] }
                - route:
                    id: events
                    from:
                      uri: hub:events?name=kept
                      steps:
                        - convertBodyTo: { type: String }
                        - setHeader: { name: body, simple: "${body}" }
                        - setBody: { constant: "insert into events_kept(body) values (:?body)" }
                        - to: "jdbc:historian?useHeadersAsParameters=true"
                - route:
                    id: historian
                    from: { uri: hub:journal/historian, steps: [ { to: hub:historian } ] }
                """);
    }

    private void write(String file, String text) throws Exception {
        Homes.write(folder.resolve("home"), file, text);
    }

    private static void sql(String text) throws Exception {
        try (Connection connection = DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
                Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private Hub start() throws Exception {
        return Hub.start(new HubOptions(folder.resolve("home"), folder.resolve("data"), Map.of(), OptionalInt.of(0)));
    }

    private void send(Hub hub, Instant time, double oil) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(hub.url() + "/ingest/press"))
                .header("Authorization", "Bearer " + TOKEN)
                .POST(HttpRequest.BodyPublishers.ofString("{\"ts\":\"" + time + "\",\"values\":{\"oil\":" + oil + "}}"))
                .build();
        assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(202);
    }

    private static void eventually(ThrowingRunnable what) {
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().untilAsserted(what);
    }

    private static SinkView mes(Hub hub) {
        return Sinks.of(hub).stream()
                .filter(sink -> sink.name().equals("context/mes"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatWasMadeAtTheValuesTimeStandsInEventTicketAndHistorian() throws Exception {
        Instant now = Instant.now();
        sql("INSERT INTO running VALUES ('WC-0300', 'A-17', 'Cap 33', 'early', '" + now.minusSeconds(3600) + "'),"
                + " ('WC-9999', 'A-18', 'Cap 34', 'early', now())");
        try (Hub hub = start()) {
            try (Connection historian = hub.historian().dataSource().getConnection();
                    Statement statement = historian.createStatement()) {
                statement.execute("CREATE TABLE events_kept (body TEXT)");
            }
            eventually(() ->
                    assertThat(hub.contexts().asOf("PR-3", Micros.of(now))).containsEntry("order", "A-17"));
            sql("UPDATE running SET order_no = 'B-20', started = '" + now.minusSeconds(60) + "'"
                    + " WHERE work_center = 'WC-0300'");
            eventually(() ->
                    assertThat(hub.contexts().asOf("PR-3", Micros.of(now))).containsEntry("order", "B-20"));
            assertThat(hub.contexts().asOf("PR-3", Micros.of(now.minusSeconds(120))))
                    .as("by the value's own time")
                    .containsEntry("order", "A-17")
                    .containsEntry("product", "Cap 33");
            assertThat(hub.contexts().asOf("PR-3", Micros.of(now.minusSeconds(7200))))
                    .isEmpty();
            assertThat(mes(hub).lastError()).contains("no asset is called WC-9999");

            send(hub, now.minusSeconds(2), 95);
            eventually(() -> assertThat(hub.store().workOrders().list(10))
                    .singleElement()
                    .satisfies(order -> assertThat(order.text())
                            .contains("At that time: order B-20 · product Cap 33 · shift early")));
            eventually(() -> assertThat(kept(hub)).contains("\"context\":{\"order\":\"B-20\",\"product\":\"Cap 33\""));
            eventually(() -> assertThat(orders(hub)).isEqualTo("A-17 B-20"));

            sql("DELETE FROM running WHERE work_center = 'WC-0300'");
            eventually(() -> assertThat(hub.contexts().asOf("PR-3", hub.now())).isEmpty());
            assertThat(hub.contexts().asOf("PR-3", Micros.of(now))).containsEntry("order", "B-20");
        }
    }

    private static String kept(Hub hub) throws Exception {
        return text(hub, "SELECT group_concat(body) FROM events_kept");
    }

    private static String orders(Hub hub) throws Exception {
        return text(
                hub,
                "SELECT group_concat(text, ' ') FROM (SELECT text FROM tag_v WHERE path ="
                        + " 'acme/lyon/hall-2/pr-3/context.order' ORDER BY ts)");
    }

    private static String text(Hub hub, String sql) throws Exception {
        try (Connection connection = hub.historian().dataSource().getConnection();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "";
        }
    }

    @Test
    void aLookUpThatFailsDelaysNothingAndIsSeen() throws Exception {
        sql("DROP TABLE running");
        try (Hub hub = start()) {
            eventually(() -> assertThat(mes(hub).up()).isFalse());
            assertThat(mes(hub).lastError()).contains("\"running\" does not exist");
            send(hub, Instant.now(), 95);
            eventually(() -> assertThat(hub.store().workOrders().list(10))
                    .singleElement()
                    .satisfies(order -> assertThat(order.text()).doesNotContain("At that time")));

            sql(
                    "CREATE TABLE running (work_center TEXT, order_no TEXT, product TEXT, shift TEXT, started TIMESTAMPTZ)");
            eventually(() -> assertThat(mes(hub).up()).isTrue());
        }
    }
}
