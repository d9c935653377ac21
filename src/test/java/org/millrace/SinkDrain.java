package org.millrace;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.millrace.e2e.Homes;
import org.millrace.historian.TestPostgres;
import org.millrace.journal.Journal;
import org.millrace.runtime.RuleLoop;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;

/** A hub on PostgreSQL with an outage: values pile up, the database returns, and live values go on all the while. */
final class SinkDrain implements AutoCloseable {
    private static final int TAGS = 200;
    private static final int BATCH = 500;
    private static final long MILLI = 1_000;

    /**
     * What was measured while the backlog drained.
     *
     * @param samplesPerSecond drained
     * @param live how long each live value took from its acknowledgement-to-be (append) to rules and live view, µs,
     *     sorted
     */
    record Measured(long backlog, double seconds, double samplesPerSecond, double livePerSecond, List<Long> live) {
        long percentile(double p) {
            return live.get((int) Math.min(live.size() - 1, Math.round(p * live.size())));
        }
    }

    private final TestPostgres postgres = TestPostgres.start();
    private final Hub hub;
    private final int[] tags = new int[TAGS];
    private long appended;

    SinkDrain(Path folder) throws Exception {
        Path home = home(folder.resolve("home"), postgres);
        hub = Hub.start(new HubOptions(home, folder.resolve("data"), Map.of(), OptionalInt.of(0)));
        for (int i = 0; i < TAGS; i++) {
            tags[i] = hub.journal().tagNumber("acme/x/m/t" + i);
        }
    }

    Hub hub() {
        return hub;
    }

    TestPostgres postgres() {
        return postgres;
    }

    long appended() {
        return appended;
    }

    private static Path home(Path home, TestPostgres postgres) throws IOException {
        StringBuilder asset = new StringBuilder("""
                kind: Asset
                id: M
                name: Machine
                path: acme/x/m
                class: machine
                tags:
                """);
        for (int i = 0; i < TAGS; i++) {
            asset.append("  t")
                    .append(i)
                    .append(": { from: field, device: m, field: t")
                    .append(i)
                    .append(" }\n");
        }
        Homes.write(home, "connectors-config/assets/m.yaml", asset.toString());
        Homes.field(home);
        Homes.write(home, "connectors-config/rules/high.yaml", """
                kind: Rule
                id: high
                title: "High on {asset.name}"
                for: { class: machine }
                watch: threshold
                input: t0
                limits: { H: 1000 }
                levels:
                  H: { severity: major }
                work_order: { on: raised, due: { H: 3h } }
                """);
        Homes.write(
                home,
                "connectors-config/historian.yaml",
                "kind: Historian\nurl: \"" + postgres.url() + "\"\nuser: " + postgres.user() + "\n");
        Homes.write(home, "routes/sinks/historian.camel.yaml", """
                - route:
                    id: historian
                    from:
                      uri: hub:journal/historian
                      parameters: { maxSamples: 10000, flushEvery: 200 }
                      steps:
                        - to: hub:historian
                - route:
                    id: work-orders
                    from:
                      uri: hub:events
                      parameters: { name: work-orders }
                      steps:
                        - to: hub:cmms/desk
                """);
        return home;
    }

    /** Journals a backlog of historical values. */
    void load(long samples) {
        long start = hub.now() - 3_600_000_000L;
        CompletableFuture<Long> last = CompletableFuture.completedFuture(0L);
        for (long n = 0; n < samples; n += BATCH) {
            SampleBatch.Builder batch = SampleBatch.builder(BATCH);
            for (int i = 0; i < BATCH; i++) {
                long k = n + i;
                batch.addReal(tags[(int) (k % TAGS)], start + k / TAGS * MILLI / 10, k % 97 / 7.0, Quality.GOOD);
            }
            last = append(batch.build());
        }
        last.join();
    }

    private CompletableFuture<Long> append(SampleBatch batch) {
        appended += batch.size();
        return hub.journal().append(new Journal.Intake("field", hub.now(), batch.size(), batch, Map.of(), List.of()));
    }

    void raise() {
        append(SampleBatch.builder(1)
                .add(tags[0], hub.now(), Value.of(5_000.0), Quality.GOOD)
                .build());
    }

    long queued() {
        return hub.journal().ledger().sinks().get("historian").queued();
    }

    /** Sends a live value each {@code everyMillis} until the backlog is gone. */
    Measured drain(int everyMillis, int perValue) throws InterruptedException {
        long backlog = queued();
        long begin = System.nanoTime();
        List<Long> live = new ArrayList<>();
        long sent = 0;
        long next = begin;
        while (queued() > 20_000) {
            long at = hub.now();
            SampleBatch.Builder batch = SampleBatch.builder(perValue);
            for (int i = 0; i < perValue; i++) {
                batch.addReal(tags[1 + i % (TAGS - 1)], at + i, sent, Quality.GOOD);
            }
            append(batch.build());
            sent += perValue;
            long from = System.nanoTime();
            while (hub.live()
                    .last(tags[1])
                    .map(seen -> seen.sample().time() < at)
                    .orElse(true)) {
                if (System.nanoTime() - from > 20_000_000_000L) {
                    throw new AssertionError("a live value did not reach the rules within 20 s; " + RuleLoop.CURSOR
                            + " at " + hub.rules().position() + " of "
                            + hub.journal().head());
                }
                java.util.concurrent.locks.LockSupport.parkNanos(200_000);
            }
            live.add((System.nanoTime() - from) / 1_000);
            next += everyMillis * 1_000_000L;
            java.util.concurrent.locks.LockSupport.parkNanos(Math.max(0, next - System.nanoTime()));
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        Collections.sort(live);
        return new Measured(backlog, seconds, (backlog + sent - queued()) / seconds, sent / seconds, live);
    }

    @Override
    public void close() {
        hub.close();
        postgres.close();
    }
}
