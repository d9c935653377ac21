package org.millrace.oracle;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.millrace.oracle.FaultProxy.Mode;

/**
 * F23 and the long run of the matrix: continuous load, and by a seeded schedule the hub is killed without a goodbye and its
 * counterparts are taken away, until the time is up; then the oracle judges.
 *
 * <p>Progress and the report go to stderr. The last line of stdout is
 * {@code {"seed":N,"kills":N,"outages":N,"accepted":N,"lost":0,"doubled":0,"orders":N,"extraOrders":0}}. Exit code 0 only if
 * every promise was kept, 1 if not, 2 for wrong usage.
 */
public final class Soak {
    private static final int DEVICES = 8;
    private static final int ASSETS = 400;
    private static final int RATE = 400;
    private static final double HEAP_DRIFT = 0.05;

    /** From start to ready. Judged by processor time, which other work on the machine hardly changes; both are told. */
    private static final Duration READY = Duration.ofSeconds(10);

    /** Shorter runs have too few measurements to say whether the heap is flat. */
    private static final int ENOUGH_HEAPS = 9;

    private static final PrintStream PROGRESS = System.err;
    private static final PrintStream RESULT = System.out;

    private final long seed;
    private final Random random;
    private final long endNanos;
    private final List<Long> restarts = new ArrayList<>();
    private final List<Long> restartWork = new ArrayList<>();
    private final List<Long> heaps = new ArrayList<>();
    private int kills;
    private int outages;
    private int incidents;

    private Soak(long seed, int minutes) {
        this.seed = seed;
        this.random = new Random(seed);
        this.endNanos = System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
    }

    /** {@code --seed N --minutes M [--json]}; {@code --json} leaves out the report. */
    public static void main(String[] args) throws Exception {
        long seed = 1;
        int minutes = 10;
        boolean json = false;
        try {
            for (int i = 0; i < args.length; i++) {
                switch (args[i]) {
                    case "--seed" -> seed = Long.parseLong(args[++i]);
                    case "--minutes" -> minutes = Integer.parseInt(args[++i]);
                    case "--json" -> json = true;
                    default -> throw new IllegalArgumentException("unknown option " + args[i]);
                }
            }
            if (minutes < 1) {
                throw new IllegalArgumentException("--minutes must be 1 or more");
            }
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            PROGRESS.println("hub soak: " + e.getMessage() + "; usage: hub soak [--seed N] [--minutes M] [--json]");
            System.exit(2);
        }
        System.exit(new Soak(seed, minutes).run(json) ? 0 : 1);
    }

    private boolean run(boolean json) throws Exception {
        Path folder = Files.createTempDirectory("millrace-soak-");
        say("seed %d; everything is in %s", seed, folder);
        Oracle.Report report;
        boolean good;
        try (Rig rig = Rig.withPostgres(folder, DEVICES, ASSETS)) {
            rig.startHub();
            rig.plant().startLoad(RATE);
            while (System.nanoTime() < endNanos) {
                round(rig);
            }
            rig.plant().stopLoad();
            say("faults are over: %d kills, %d outages; draining", kills, outages);
            report = rig.oracle().check(rig.hub(), Rig.DRAIN, 0, Oracle.Bounds.NORMAL);
            good = judge(report, json);
        }
        if (good) {
            delete(folder);
        } else {
            say("kept for inspection: %s; replay: hub soak --seed %d", folder, seed);
        }
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("seed", seed);
        line.put("kills", kills);
        line.put("outages", outages);
        line.put("accepted", report.accepted());
        line.put("lost", report.lost());
        line.put("doubled", report.doubled());
        line.put("orders", report.orders());
        line.put("extraOrders", report.extraOrders());
        RESULT.println(JsonMapper.builder().build().writeValueAsString(line));
        RESULT.flush();
        return good;
    }

    /** One fault at a random moment: three of four rounds kill the hub, sometimes while a counterpart is away. */
    private void round(Rig rig) throws Exception {
        pause(300 + random.nextInt(1_700));
        if (incidents < ASSETS && !brokerAway) {
            rig.plant().incident(incidents++);
        }
        pause(random.nextInt(200)); // the kill falls anywhere between the alarm and its order
        boolean kill = random.nextInt(4) != 0;
        boolean outage = !kill || random.nextInt(6) == 0;
        Runnable over = outage ? outage(rig) : () -> {};
        if (kill) {
            if (kills % 8 == 7) {
                heaps.add(rig.hub().liveHeapBytes());
            }
            kill(rig);
        }
        if (outage) {
            pause(500 + random.nextInt(2_500));
            over.run();
            outages++;
        }
        if (!rig.hub().alive()) {
            throw new AssertionError("the hub ended by itself:\n" + rig.hub().log());
        }
        if ((kills + outages) % 10 == 0) {
            say(
                    "%d kills, %d outages, %d values acknowledged, %d s left",
                    kills,
                    outages,
                    rig.plant().acknowledged(),
                    Math.max(0, Duration.ofNanos(endNanos - System.nanoTime()).toSeconds()));
        }
    }

    private boolean brokerAway;

    private void kill(Rig rig) throws Exception {
        rig.hub().kill();
        kills++;
        HubProcess started = rig.restartHub();
        restarts.add(started.startedIn().toMillis());
        restartWork.add(started.startedWith().toMillis());
    }

    /** Begins an outage; what is returned ends it. */
    private Runnable outage(Rig rig) {
        switch (random.nextInt(8)) {
            case 0, 1 -> {
                rig.postgres().stop();
                return () -> rig.postgres().restart();
            }
            case 2 -> {
                rig.stopBroker();
                brokerAway = true;
                return () -> {
                    rig.restartBroker();
                    brokerAway = false;
                };
            }
            case 3 -> {
                rig.databaseProxy().mode(new Mode.ReplyLost("COMMIT"));
                return () -> rig.databaseProxy().mode(FaultProxy.PASS);
            }
            case 4 -> {
                rig.databaseProxy().mode(new Mode.Throttle(20_000 + random.nextInt(100_000)));
                return () -> rig.databaseProxy().mode(FaultProxy.PASS);
            }
            case 5 -> {
                rig.brokerProxy().mode(new Mode.BlackHole());
                return () -> {
                    rig.brokerProxy().mode(FaultProxy.PASS);
                    rig.brokerProxy().cut();
                };
            }
            case 6 -> {
                rig.databaseProxy().mode(new Mode.Refuse());
                rig.databaseProxy().reset();
                return () -> rig.databaseProxy().mode(FaultProxy.PASS);
            }
            default -> {
                rig.brokerProxy().reset();
                return () -> rig.brokerProxy().halfClose();
            }
        }
    }

    private boolean judge(Oracle.Report report, boolean json) {
        long slowest = restarts.stream().mapToLong(Long::longValue).max().orElse(0);
        double drift = drift();
        List<String> violations = new ArrayList<>(report.violations());
        if (median(restartWork) > READY.toMillis()) {
            violations.add("restart to ready took " + median(restartWork)
                    + " ms of processor time in the median, at most " + READY.toMillis() + " ms is allowed");
        }
        if (heaps.size() >= ENOUGH_HEAPS && Math.abs(drift) > HEAP_DRIFT) {
            violations.add("the heap is not flat: " + percent(drift) + " from the first third to the last");
        }
        if (!json) {
            say(
                    "values accepted      %d, lost %d, doubled %d, damaged %d, out of order %d",
                    report.accepted(), report.lost(), report.doubled(), report.damaged(), report.outOfOrder());
            say("incidents            %d, work orders too many %d", report.orders(), report.extraOrders());
            say(
                    "restart to ready     median %d ms, slowest %d ms; processor time: median %d ms (aim: 10,000 ms, %s)",
                    median(restarts),
                    slowest,
                    median(restartWork),
                    median(restarts) <= READY.toMillis() ? "reached" : "missed: see what else this machine did");
            say(
                    "living heap          median %d KiB, drift %s over %d measurements",
                    median(heaps) / 1024, percent(drift), heaps.size());
            say(
                    "at the end           %s, data folder %d KiB, a fresh value in the historian after %d ms",
                    report.resources(), report.dataBytes() / 1024, report.liveMillis());
        }
        violations.forEach(violation -> say("VIOLATION %s", violation));
        return violations.isEmpty();
    }

    /** Of the median of the last third over that of the first. */
    private double drift() {
        int third = heaps.size() / 3;
        if (third == 0) {
            return 0;
        }
        double first = median(heaps.subList(0, third));
        return median(heaps.subList(heaps.size() - third, heaps.size())) / first - 1;
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElse(0L);
    }

    private static String percent(double part) {
        return "%+.1f %%".formatted(part * 100);
    }

    private static void pause(int millis) throws InterruptedException {
        Thread.sleep(millis);
    }

    private static void say(String format, Object... values) {
        PROGRESS.println("soak: " + format.formatted(values));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
