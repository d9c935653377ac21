package org.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.e2e.Homes;
import org.millrace.historian.TestPostgres;
import org.millrace.journal.Journal;
import org.millrace.oracle.FaultProxy;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.RuleFile.Severity;
import org.millrace.signal.Micros;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;
import org.millrace.store.AlarmEvents;
import org.millrace.store.OperationalStore;

/** The staging table of docs/erp.md, as it stands there: each document is one row, whatever happens on the way. */
class StagingTableIT {
    private static final Instant MORNING = Instant.parse("2026-11-22T06:00:00Z");

    private static TestPostgres postgres;

    @TempDir
    Path folder;

    private final AtomicReference<Instant> time = new AtomicReference<>(MORNING);
    private FaultProxy proxy;

    @BeforeAll
    static void startDatabase() throws SQLException, IOException {
        postgres = TestPostgres.start();
        sql(Blocks.of("erp.md", "staging.sql"));
    }

    @AfterAll
    static void stopDatabase() {
        postgres.close();
    }

    @BeforeEach
    void home() throws Exception {
        sql("DELETE FROM millrace_document");
        proxy = FaultProxy.to(postgres.port());
        Path home = folder.resolve("home");
        Homes.field(home);
        Homes.write(home, "connectors-config/assets/pr.yaml", """
                kind: Asset
                id: PR-3
                name: Press 3
                path: acme/lyon/press/pr-3
                tags:
                  state: { from: field, device: p, field: s, map: { 0: STOP, 1: RUN } }
                  cycles: { from: field, device: p, field: c }
                  scrap: { from: field, device: p, field: x }
                  order.number: { from: field, device: p, field: o }
                  energy.total: { from: field, device: p, field: e, unit: W.h }
                """);
        Homes.write(home, "connectors-config/kpi/press-3.yaml", """
                kind: Oee
                id: press-3
                asset: PR-3
                calendar: lyon
                state: { tag: state, producing: [RUN], idle: [STOP] }
                cycles: { tag: cycles }
                scrap: { tag: scrap }
                ideal_cycle: { default: 60 s }
                ---
                kind: ShiftCalendar
                id: lyon
                time_zone: UTC
                shifts:
                  - { name: early, days: [mon, tue, wed, thu, fri, sat, sun], from: "06:00", to: "14:00" }
                """);
        Homes.write(
                home,
                "connectors-config/erp/press-3.yaml",
                Blocks.of("erp.md", "connectors-config/erp/press-3.yaml").replace(", bits: 32", ""));
        Homes.write(
                home,
                "connectors-config/erp/erp-staging.yaml",
                Blocks.of("erp.md", "connectors-config/erp/erp-staging.yaml")
                        .replace("user: millrace", "user: " + postgres.user())
                        .replace("password: \"{{file-secret:erp-staging}}\"", ""));
        Homes.write(
                home,
                "routes/sinks/erp-staging.camel.yaml",
                Blocks.of("erp.md", "routes/sinks/erp-staging.camel.yaml"));
        Files.createDirectories(folder.resolve("mes"));
        Homes.write(
                home,
                "connectors-config/erp/mes.yaml",
                Blocks.of("erp.md", "connectors-config/erp/mes.yaml")
                        .replace("/srv/mes/in", folder.resolve("mes").toString()));
        Homes.write(home, "routes/sinks/mes.camel.yaml", """
                - route:
                    id: mes
                    from:
                      uri: hub:production
                      parameters: { name: mes }
                      steps:
                        - to: hub:erp/mes
                """);
        Files.createDirectories(home.resolve("routes/pipeline"));
        Files.copy(
                Path.of("routes/pipeline/historian.camel.yaml"), home.resolve("routes/pipeline/historian.camel.yaml"));
    }

    private Hub start() throws Exception {
        String url = "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres?socketTimeout=5";
        HubOptions options = new HubOptions(
                folder.resolve("home"), folder.resolve("data"), Map.of("ERP_STAGING_URL", url), OptionalInt.of(0));
        return Hub.start(options, new Clock() {
            @Override
            public Instant instant() {
                return time.get();
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        });
    }

    /** Half a shift of each of two orders: 100 and 60 pieces, 4 of the second bad. */
    private void produce(Hub hub) {
        long start = Micros.of(MORNING);
        long minute = 60_000_000L;
        SampleBatch.Builder batch = SampleBatch.builder(1_000);
        int cycles = hub.journal().tagNumber("acme/lyon/press/pr-3/cycles");
        int scrap = hub.journal().tagNumber("acme/lyon/press/pr-3/scrap");
        int order = hub.journal().tagNumber("acme/lyon/press/pr-3/order.number");
        int energy = hub.journal().tagNumber("acme/lyon/press/pr-3/energy.total");
        int state = hub.journal().tagNumber("acme/lyon/press/pr-3/state");
        batch.addBits(state, start, SampleBatch.Kind.WHOLE, 1, Quality.GOOD);
        batch.addBits(cycles, start, SampleBatch.Kind.WHOLE, 5_000, Quality.GOOD);
        batch.addBits(scrap, start, SampleBatch.Kind.WHOLE, 10, Quality.GOOD);
        batch.addText(order, start, "4711", Quality.GOOD);
        batch.addReal(energy, start, 1_000_000, Quality.GOOD);
        for (int i = 1; i <= 100; i++) {
            batch.addBits(cycles, start + i * 2 * minute, SampleBatch.Kind.WHOLE, 5_000 + i, Quality.GOOD);
        }
        batch.addReal(energy, start + 239 * minute, 1_012_500, Quality.GOOD);
        batch.addText(order, start + 240 * minute, "4712", Quality.GOOD);
        for (int i = 1; i <= 60; i++) {
            batch.addBits(cycles, start + (240 + i * 3) * minute, SampleBatch.Kind.WHOLE, 5_100 + i, Quality.GOOD);
        }
        batch.addBits(scrap, start + 300 * minute, SampleBatch.Kind.WHOLE, 14, Quality.GOOD);
        batch.addReal(energy, start + 470 * minute, 1_020_000, Quality.GOOD);
        hub.journal()
                .append(new Journal.Intake("field", hub.now(), batch.size(), batch.build(), Map.of(), List.of()))
                .join();
    }

    @Test
    void aShiftIsOneRowForEachOrder() throws Exception {
        try (Hub hub = start()) {
            produce(hub);
            time.set(MORNING.plus(Duration.ofHours(8)).plus(Duration.ofMinutes(1)));
            await().during(Duration.ofMillis(500))
                    .untilAsserted(
                            () -> assertThat(rows()).as("values may still come").isEmpty());
            time.set(MORNING.plus(Duration.ofHours(8)).plus(Duration.ofMinutes(3)));
            rowsAre(
                    "hub:acme/lyon/press/pr-3/press-3:2026-11-22:early:4711|production-confirmation|4711|100.000|0.000|14400.000|12.500|PCE|",
                    "hub:acme/lyon/press/pr-3/press-3:2026-11-22:early:4712|production-confirmation|4712|56.000|4.000|14400.000|7.500|PCE|");
            assertThat(one("SELECT json::json->'numbers'->>'work_center' FROM millrace_document LIMIT 1"))
                    .isEqualTo("PRESS3");
            assertThat(one("SELECT min(begin_time) AT TIME ZONE 'UTC' FROM millrace_document"))
                    .isEqualTo("2026-11-22 06:00:00");
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(files())
                            .containsExactly(
                                    "hub.acme+lyon+press+pr-3+press-3.2026-11-22.early.4711.xml",
                                    "hub.acme+lyon+press+pr-3+press-3.2026-11-22.early.4712.xml"));
            assertThat(folder.resolve("mes/hub.acme+lyon+press+pr-3+press-3.2026-11-22.early.4712.xml"))
                    .content()
                    .contains("<QuantityString>56</QuantityString>", "<ProductionRequestID>4712</ProductionRequestID>");
            await().atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(get(hub, "/api/v1/documents"))
                            .contains("\"system\":\"mes\"", "\"state\":\"done\"")
                            .doesNotContain("\"state\":\"waiting\""));
            assertThat(get(hub, "/metrics")).contains("millrace_documents_waiting{system=\"mes\"} 0");
            for (String file : files()) {
                Files.delete(folder.resolve("mes").resolve(file));
            }
        }
        assertThat(files())
                .as("the MES has taken them, and they are not written again")
                .isEmpty();
        purchase("a");
        time.set(MORNING.plus(Duration.ofHours(9)));
        try (Hub again = start()) { // the reader of events is at work, so the other one is too
            assertThat(again.url()).isNotEmpty();
            await().atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(rows()).hasSize(3));
            assertThat(files()).isEmpty();
        }
    }

    @Test
    void anAnswerThatIsLostAndAHubThatDiesLeaveOneRow() throws Exception {
        start().close(); // the readers have their places
        purchase("b");
        proxy.mode(new FaultProxy.Mode.ReplyLost("COMMIT"));
        try (Hub hub = start()) {
            produce(hub);
            time.set(MORNING.plus(Duration.ofHours(8)).plus(Duration.ofMinutes(3)));
            await("answers are lost").atMost(Duration.ofSeconds(60)).until(() -> proxy.repliesLost() >= 2);
            assertThat(rows()).as("written, and not known to be").isNotEmpty();
        } // what it did not hear of it does not count as done
        proxy.mode(FaultProxy.PASS);
        try (Hub again = start()) {
            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(rows()).hasSize(3));
            await("every reader is through")
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .untilAsserted(
                            () -> assertThat(again.store().outbox().pending().values())
                                    .allSatisfy(waiting -> assertThat(waiting).isZero()));
        }
        assertThat(rows()).hasSize(3);
    }

    /** While no hub runs: only the rules write to this store otherwise. */
    private void purchase(String key) throws IOException {
        AlarmEvent event = AlarmEvents.event(key, key + "@1", 1, AlarmEvent.Type.RAISED, Severity.MINOR, 8);
        AlarmEvent asking = event.step(
                1,
                AlarmEvent.Type.RAISED,
                event.time(),
                event.hubTime(),
                event.level(),
                event.severity(),
                Map.of(AlarmEvent.PURCHASE_REQUEST, "17.5 t of RM-4711"),
                event.handling());
        Files.createDirectories(folder.resolve("data"));
        try (OperationalStore store = OperationalStore.open(folder.resolve("data"))) {
            store.commit(store.load().sequence(), Map.of(), Set.of(), List.of(asking));
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("mes"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static String get(Hub hub, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(hub.url() + path)).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static void rowsAre(String... expected) {
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(rows()).containsExactly(expected));
    }

    private static List<String> rows() throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "SELECT reference, document, order_number, good, scrap, run_seconds, energy_kwh, unit, material"
                                + " FROM millrace_document ORDER BY reference")) {
            while (found.next()) {
                StringBuilder row = new StringBuilder();
                for (int i = 1; i <= 9; i++) {
                    String text = found.getString(i);
                    row.append(text == null ? "" : text).append(i < 9 ? "|" : "");
                }
                rows.add(row.toString());
            }
        }
        return rows;
    }

    private static String one(String query) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            found.next();
            return found.getString(1);
        }
    }

    private static void sql(String text) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
    }
}
