package org.millrace;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.millrace.connector.rest.Catalogue;
import org.millrace.connector.stub.AtlasStub;
import org.millrace.e2e.Homes;
import org.millrace.historian.TestPostgres;
import org.millrace.journal.Journal;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;
import org.millrace.store.WorkOrders.WorkOrder;

/**
 * From the value that crosses a limit to the accepted work order, on the built-in desk and on the Atlas stub behind its
 * connector: {@code main [alarms] [backlog samples]}. Once at 10,000 values a second, once while the historian drains a
 * backlog. Not a test.
 */
public final class OrderLatencyBench {
    private static final int TAGS = 200;
    private static final int PER_BATCH = 100;
    private static final long BATCH_NANOS = 10_000_000; // 10,000 values a second
    private static final long ALARM_NANOS = 100_000_000;
    private static final int PHASES = 3;

    private final Hub hub;
    private final TestPostgres postgres;
    private final AtlasStub atlas;
    private final int alarms;
    private final int[] load = new int[TAGS];
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final Map<String, Long> raised = new HashMap<>(); // asset name to µs of System.nanoTime
    private final long epoch; // µs of the wall clock at 0 of System.nanoTime
    private long sent;

    private OrderLatencyBench(Path folder, int alarms) throws Exception {
        this.alarms = alarms;
        postgres = TestPostgres.start();
        atlas = new AtlasStub();
        atlas.licensed();
        Path home = folder.resolve("home");
        write(home);
        Map<String, String> environment = Map.of("ATLAS_URL", atlas.url(), "ATLAS_USER", AtlasStub.USER);
        hub = Hub.start(new HubOptions(home, folder.resolve("data"), environment, OptionalInt.of(0)));
        for (int i = 0; i < TAGS; i++) {
            load[i] = hub.journal().tagNumber("acme/x/m/t" + i);
        }
        epoch = hub.now() - System.nanoTime() / 1_000;
    }

    public static void main(String[] arguments) throws Exception {
        int alarms = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 300;
        long backlog = arguments.length > 1 ? Long.parseLong(arguments[1]) : 3_000_000;
        Path folder = Files.createTempDirectory("millrace-orders-");
        OrderLatencyBench bench = new OrderLatencyBench(folder, alarms);
        try {
            bench.run(backlog);
        } finally {
            bench.running.set(false);
            bench.hub.close();
            bench.atlas.close();
            bench.postgres.close();
        }
    }

    private void run(long backlog) throws Exception {
        loaded(() -> phase(0, "in the first seconds of a process"));
        loaded(() -> phase(1, "at 10,000 values/s"));
        postgres.stop();
        backlog(backlog);
        postgres.restart();
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> queued() < backlog - 20_000);
        long before = queued();
        loaded(() -> phase(2, "the same while a historian backlog drains"));
        System.out.printf(Locale.ROOT, "backlog: %,d samples at the begin, %,d at the end%n", before, queued());
    }

    private void loaded(Runnable phase) throws InterruptedException {
        running.set(true);
        Thread load = Thread.ofPlatform().daemon().start(this::load);
        phase.run();
        running.set(false);
        load.join();
    }

    private void write(Path home) throws Exception {
        StringBuilder machine = new StringBuilder("""
                kind: Asset
                id: M
                name: Machine
                path: acme/x/m
                class: machine
                tags:
                """);
        for (int i = 0; i < TAGS; i++) {
            machine.append("  t%d: { from: field, device: m, field: t%d }%n".formatted(i, i));
        }
        Homes.write(home, "connectors-config/assets/m.yaml", machine.toString());
        for (int i = 0; i < PHASES * alarms; i++) {
            Homes.write(home, "connectors-config/assets/tank-" + i + ".yaml", """
                    kind: Asset
                    id: TANK-%1$d
                    name: Tank %1$d.
                    path: acme/x/%2$s/tank-%1$d
                    class: tank
                    tags:
                      level: { from: field, device: tank-%1$d, field: level }
                    """.formatted(
                            i, i % 2 == 0 ? "desk" : "atlas"));
        }
        Homes.field(home);
        Homes.write(home, "connectors-config/rules/high.yaml", """
                kind: Rule
                id: high
                title: "High on {asset.name}"
                for: { class: tank }
                watch: threshold
                input: level
                limits: { H: 90 }
                levels:
                  H: { severity: major }
                work_order: { on: raised, due: { H: 3h } }
                """);
        Homes.write(home, "connectors-config/rules/load.yaml", """
                kind: Rule
                id: load
                title: "Load on {asset.name}"
                for: { class: machine }
                watch: threshold
                input: t0
                limits: { H: 1000 }
                levels:
                  H: { severity: major }
                """);
        Homes.write(home, "secrets/atlas", AtlasStub.PASSWORD + "\n");
        Homes.write(
                home,
                "connectors-config/cmms/atlas.yaml",
                Catalogue.text("atlas").orElseThrow().replaceAll("limits: \\{[^}]*}", "limits: { concurrency: 2 }"));
        Homes.write(
                home,
                "connectors-config/historian.yaml",
                "kind: Historian\nurl: \"" + postgres.url() + "\"\nuser: " + postgres.user() + "\n");
        Homes.write(home, "routes/sinks/all.camel.yaml", """
                - route:
                    id: historian
                    from:
                      uri: hub:journal/historian
                      parameters: { maxSamples: 10000, flushEvery: 200 }
                      steps:
                        - to: hub:historian
                - route:
                    id: desk
                    from:
                      uri: hub:events
                      parameters: { name: desk }
                      steps:
                        - filter:
                            simple: "${body} contains '/desk/'"
                            steps:
                              - to: hub:cmms/desk
                - route:
                    id: atlas
                    from:
                      uri: hub:events
                      parameters: { name: atlas }
                      steps:
                        - filter:
                            simple: "${body} contains '/atlas/'"
                            steps:
                              - to: hub:cmms/atlas
                """);
    }

    private void load() {
        long next = System.nanoTime();
        int turn = 0;
        while (running.get()) {
            SampleBatch.Builder batch = SampleBatch.builder(PER_BATCH);
            long now = hub.now();
            for (int i = 0; i < PER_BATCH; i++) {
                batch.addReal(load[(turn + i) % TAGS], now, (now + i) % 97 / 7.0, Quality.GOOD);
            }
            turn += PER_BATCH;
            append(batch.build());
            next += BATCH_NANOS;
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private void backlog(long samples) {
        long start = hub.now() - 3_600_000_000L;
        for (long n = 0; n < samples; n += 500) {
            SampleBatch.Builder batch = SampleBatch.builder(500);
            for (int i = 0; i < 500; i++) {
                long k = n + i;
                batch.addReal(load[(int) (k % TAGS)], start + k / TAGS * 100, k % 97 / 7.0, Quality.GOOD);
            }
            append(batch.build());
        }
    }

    private void append(SampleBatch batch) {
        hub.journal()
                .append(new Journal.Intake("field", hub.now(), batch.size(), batch, Map.of(), List.of()))
                .join();
        sent += batch.size();
    }

    private long queued() {
        return hub.journal().ledger().sinks().get("historian").queued();
    }

    private void phase(int phase, String what) {
        Map<String, Long> before = new HashMap<>(raised);
        long from = System.nanoTime();
        long had = sent;
        long next = from;
        for (int i = phase * alarms; i < (phase + 1) * alarms; i++) {
            int tag = hub.journal().tagNumber("acme/x/" + (i % 2 == 0 ? "desk" : "atlas") + "/tank-" + i + "/level");
            raised.put("Tank " + i + ".", System.nanoTime() / 1_000);
            append(SampleBatch.builder(1)
                    .add(tag, hub.now(), Value.of(95.0), Quality.GOOD)
                    .build());
            next += ALARM_NANOS;
            LockSupport.parkNanos(next - System.nanoTime());
        }
        double seconds = (System.nanoTime() - from) / 1e9;
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> accepted().size() == raised.size());
        System.out.printf(Locale.ROOT, "%s: %,.0f values/s%n", what, (sent - had) / seconds);
        Map<String, Long> all = accepted();
        all.keySet().removeAll(before.keySet());
        print("desk", all, 0);
        print("Atlas stub", all, 1);
    }

    /** When the order of each asset was accepted, µs of System.nanoTime: the desk's row, or the creation at the stub. */
    private Map<String, Long> accepted() {
        Map<String, Long> accepted = new HashMap<>();
        for (WorkOrder order : hub.store().workOrders().list(10_000)) {
            accepted.put(order.assetName(), order.created() - epoch);
        }
        List<AtlasStub.Request> posts = atlas.requests().stream()
                .filter(request -> request.method().equals("POST")
                        && request.path().equals("/work-orders")
                        && request.status() < 300)
                .toList();
        List<AtlasStub.Order> orders = atlas.orders();
        for (int i = 0; i < Math.min(posts.size(), orders.size()); i++) {
            String title = orders.get(i).title;
            accepted.put(title.substring(title.indexOf("Tank ")), posts.get(i).micros());
        }
        return accepted;
    }

    private void print(String where, Map<String, Long> accepted, int parity) {
        List<Long> late = new ArrayList<>();
        accepted.forEach((asset, when) -> {
            int number = Integer.parseInt(asset.substring("Tank ".length(), asset.length() - 1));
            if (number % 2 == parity) {
                late.add(when - raised.get(asset));
            }
        });
        late.sort(null);
        System.out.printf(
                Locale.ROOT,
                "  %-10s %d alarms to accepted orders: p50 %.1f ms, p99 %.1f ms, worst %.1f ms%n",
                where,
                late.size(),
                late.get(late.size() / 2) / 1e3,
                late.get((int) Math.min(late.size() - 1, Math.round(late.size() * 0.99))) / 1e3,
                late.getLast() / 1e3);
    }
}
