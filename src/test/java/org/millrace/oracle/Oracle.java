package org.millrace.oracle;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Compares what the plant knows with what the hub shows, after the faults have stopped.
 *
 * <p>C1 conservation: every acknowledged stamp is in the historian exactly once. C2 integrity: value, time and checksum are
 * what was sent. C3 order: the hub received each device's stamps in the order they were sent. C4 liveness: a fresh value
 * is in the historian within 5 s. C5: one work order for every incident. C6 visibility: the ledger balances, nothing is
 * queued, and what was refused is counted. C7 bounds: memory, threads, files and the data folder.
 */
public final class Oracle {
    /** Limits of C7. */
    public record Bounds(long residentKib, long threads, long files, long dataBytes) {
        /** For a hub with a heap of 384 MB and a journal that has been drained. */
        public static final Bounds NORMAL = new Bounds(900_000, 150, 400, 600L << 20);
    }

    /**
     * What was found. Violations are sentences; an empty list means that every promise was kept.
     *
     * @param accepted stamps acknowledged upstream
     * @param lost acknowledged and not in the historian
     * @param doubled stored more than once
     * @param damaged another value, time or checksum than sent
     * @param outOfOrder received by the hub before a stamp sent earlier
     * @param orders work orders of incidents provoked
     * @param extraOrders work orders beyond one an incident
     * @param liveMillis a fresh value's way from the device to the historian
     */
    public record Report(
            long accepted,
            long lost,
            long doubled,
            long damaged,
            long outOfOrder,
            long orders,
            long extraOrders,
            long liveMillis,
            HubProcess.Resources resources,
            long dataBytes,
            List<String> violations) {
        public boolean good() {
            return violations.isEmpty();
        }
    }

    /** Opens the historian's database directly, without the hub and without a proxy. */
    @FunctionalInterface
    public interface Database {
        Connection open() throws SQLException;
    }

    private static final Duration LIVE = Duration.ofSeconds(20);

    private final StampedPlant plant;
    private final Database database;
    private final Path data;

    public Oracle(StampedPlant plant, Database database, Path data) {
        this.plant = plant;
        this.database = database;
        this.data = data;
    }

    /** The state of one run of {@link #check}. */
    private static final class Findings {
        long lost;
        long doubled;
        long damaged;
        long outOfOrder;
        final List<String> violations = new ArrayList<>();

        void require(boolean kept, String violation) {
            if (!kept) {
                violations.add(violation);
            }
        }
    }

    /**
     * Waits up to {@code drain} until the hub has stored what it has, then checks everything.
     *
     * @param refused readings that were to be refused or left out, and counted so
     */
    public Report check(HubProcess hub, Duration drain, long refused, Bounds bounds)
            throws InterruptedException, SQLException, IOException {
        plant.settle();
        Findings findings = new Findings();
        boolean drained = drained(hub, drain);
        findings.require(drained, "C1 not drained within " + drain + ": " + hub.get("ledger"));
        long accepted = plant.acknowledged();
        for (int d = 0; d < plant.devices(); d++) {
            device(d, findings);
        }
        long liveMillis = liveness(findings);
        int orders = plant.incidents().size();
        long extra = orders(hub, findings);
        ledger(hub, refused, findings);
        HubProcess.Resources resources = hub.resources();
        long bytes = folderBytes(data);
        findings.require(
                resources.residentKib() <= bounds.residentKib()
                        && resources.threads() <= bounds.threads()
                        && resources.files() <= bounds.files()
                        && bytes <= bounds.dataBytes(),
                "C7 " + resources + ", data folder " + bytes + " bytes; bounds " + bounds);
        return new Report(
                accepted,
                findings.lost,
                findings.doubled,
                findings.damaged,
                findings.outOfOrder,
                orders,
                extra,
                liveMillis,
                resources,
                bytes,
                List.copyOf(findings.violations));
    }

    /** True when everything acknowledged is in the historian and nothing is queued for it. */
    private boolean drained(HubProcess hub, Duration patience) {
        try {
            await().atMost(patience)
                    .pollInterval(Duration.ofMillis(250))
                    .ignoreExceptions()
                    .until(() -> missing() == 0
                            && hub.get("ledger").path("total").path("queued").asLong(-1) == 0
                            && ordered(hub).containsAll(plant.incidents()));
            return true;
        } catch (ConditionTimeoutException late) {
            return false;
        }
    }

    /** Acknowledged stamps that the historian does not have yet. */
    public long missing() throws SQLException {
        long missing = 0;
        try (Connection connection = database.open()) {
            for (int d = 0; d < plant.devices(); d++) {
                BitSet wanted = plant.acknowledged(d);
                for (Row row : rows(connection, StampedPlant.tag(d, "seq"))) {
                    wanted.clear((int) row.value());
                }
                missing += wanted.cardinality();
            }
        }
        return missing;
    }

    private void device(int d, Findings findings) throws SQLException {
        BitSet wanted = plant.acknowledged(d);
        BitSet seen = new BitSet();
        try (Connection connection = database.open()) {
            Map<Long, Long> checksums = new HashMap<>();
            rows(connection, StampedPlant.tag(d, "crc")).forEach(row -> checksums.put(row.time(), row.value()));
            long received = Long.MIN_VALUE;
            long damaged = 0;
            for (Row row : rows(connection, StampedPlant.tag(d, "seq"))) {
                int seq = (int) row.value();
                if (seq < 0 || seq >= plant.sent(d) || row.time() != plant.time(seq)) {
                    damaged++;
                    continue;
                }
                Long checksum = checksums.get(row.time());
                if (checksum == null || checksum != StampedPlant.checksum(d, seq, row.time())) {
                    damaged++;
                }
                if (seen.get(seq)) {
                    findings.doubled++;
                }
                seen.set(seq);
                if (row.received() < received) {
                    findings.outOfOrder++;
                }
                received = Math.max(received, row.received());
            }
            findings.damaged += damaged;
        }
        wanted.andNot(seen);
        findings.lost += wanted.cardinality();
        String device = StampedPlant.device(d);
        findings.require(wanted.isEmpty(), "C1 " + device + ": lost " + wanted);
        findings.require(findings.doubled == 0, "C1 " + device + ": doubled " + findings.doubled);
        findings.require(findings.damaged == 0, "C2 " + device + ": damaged " + findings.damaged);
        findings.require(findings.outOfOrder == 0, "C3 " + device + ": out of order " + findings.outOfOrder);
    }

    private long liveness(Findings findings) throws InterruptedException {
        long start = System.nanoTime();
        plant.send(1);
        plant.settle();
        try {
            await().atMost(LIVE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(100))
                    .ignoreExceptions()
                    .until(() -> missing() == 0);
        } catch (ConditionTimeoutException late) {
            findings.require(false, "C4 a fresh value was not in the historian within " + LIVE);
        }
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }

    /** Work orders beyond one an incident. */
    private long orders(HubProcess hub, Findings findings) {
        Map<String, Integer> byAsset = new HashMap<>();
        JsonNode items = hub.get("work-orders?limit=1000").path("items");
        items.forEach(order -> byAsset.merge(order.path("asset").asText(), 1, Integer::sum));
        Set<String> wanted = plant.incidents();
        long extra = 0;
        for (String asset : wanted) {
            int orders = byAsset.getOrDefault(asset, 0);
            findings.require(orders == 1, "C5 " + asset + ": " + orders + " work orders for one incident");
            extra += Math.max(0, orders - 1);
        }
        return extra;
    }

    private static Set<String> ordered(HubProcess hub) {
        Set<String> assets = new TreeSet<>();
        hub.get("work-orders?limit=1000")
                .path("items")
                .forEach(order -> assets.add(order.path("asset").asText()));
        return assets;
    }

    private static void ledger(HubProcess hub, long refused, Findings findings) {
        JsonNode ledger = hub.get("ledger");
        findings.require(ledger.path("balanced").asBoolean(), "C6 the ledger does not balance: " + ledger);
        JsonNode total = ledger.path("total");
        long counted = total.path("rejected").asLong() + total.path("filtered").asLong();
        findings.require(
                counted == refused && total.path("expired").asLong() == 0,
                "C6 " + refused + " readings were to be refused or left out: " + ledger);
    }

    private record Row(long time, long value, long received) {}

    /** In the order of source time; empty while the schema is not there. Times in µs. */
    private static List<Row> rows(Connection connection, String tag) throws SQLException {
        boolean sqlite = connection.getMetaData().getDatabaseProductName().equals("SQLite");
        String micros = sqlite ? "%s" : "(extract(epoch from %s) * 1000000)::bigint";
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT " + micros.formatted("s.ts")
                + ", coalesce(s.vl, s.v), " + micros.formatted("s.rx")
                + " FROM tag_sample s JOIN tag t ON t.tag_id = s.tag_id WHERE t.path = ? ORDER BY s.ts")) {
            select.setString(1, tag);
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    rows.add(new Row(found.getLong(1), found.getLong(2), found.getLong(3)));
                }
            }
        }
        return rows;
    }

    static long folderBytes(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
