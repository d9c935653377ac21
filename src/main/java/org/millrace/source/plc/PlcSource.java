package org.millrace.source.plc;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.apache.plc4x.java.api.exceptions.PlcConnectionException;
import org.jspecify.annotations.Nullable;
import org.millrace.plant.Tag;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.Handover;
import org.millrace.source.RetryPause;
import org.millrace.source.Source;
import org.millrace.source.SourceBatch;
import org.millrace.source.SourceStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One PLC as a source. Readings carry the address of the asset file as field and the time of the response by the hub's
 * clock: PLCs send none.
 */
public final class PlcSource implements Source {
    private static final Logger log = LoggerFactory.getLogger(PlcSource.class);
    private static final String DEFAULT_CLASS = "default";
    private static final Duration DEFAULT_PERIOD = Duration.ofSeconds(1);
    /** How long an address that makes the device fall silent is left out. */
    private static final long SILENT_NANOS = Duration.ofMinutes(1).toNanos();

    private final PlcSourceFile file;
    private final Clock clock;
    private final RetryPause pause;
    private final List<ScanClass> classes;
    private final List<String> addresses;
    /** Addresses without an answer, and when to ask again. */
    private final Map<String, Long> silent = new HashMap<>();
    /** Addresses of requests without an answer: asked one by one until the silent one is found. */
    private final Set<String> apart = new HashSet<>();

    private int rotation;

    private final Set<String> told = new HashSet<>();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong connections = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();
    private volatile long lastData;
    private volatile boolean up;
    private volatile String detail;
    private volatile boolean closed;
    private boolean lossTold;
    private final Set<String> refused = new TreeSet<>();
    private @Nullable Thread life;

    /** @param tags the tags whose origin is this source; a scan class the file does not name is read once a second */
    public PlcSource(PlcSourceFile file, List<Tag> tags, Clock clock) {
        this(
                file,
                tags,
                clock,
                new RetryPause(Duration.ofSeconds(1), Duration.ofSeconds(30), RandomGenerator.getDefault()));
    }

    PlcSource(PlcSourceFile file, List<Tag> tags, Clock clock, RetryPause pause) {
        this.file = file;
        this.clock = clock;
        this.pause = pause;
        this.detail = file.connection() + ": not started";
        Map<String, List<String>> byClass = new LinkedHashMap<>();
        Set<String> seen = new HashSet<>();
        // an address in two classes is read in the faster one only: its reading feeds every tag that names it
        tags.stream()
                .sorted(Comparator.comparing(tag -> period(file, tag.origin().scan())))
                .filter(tag -> seen.add(tag.origin().field()))
                .forEach(tag -> byClass.computeIfAbsent(tag.origin().scan(), k -> new ArrayList<>())
                        .add(tag.origin().field()));
        this.classes = byClass.entrySet().stream()
                .map(e -> new ScanClass(e.getKey(), period(file, e.getKey()), List.copyOf(e.getValue())))
                .toList();
        this.addresses = List.copyOf(seen);
    }

    private static Duration period(PlcSourceFile file, String scan) {
        Duration named = file.scan().get(scan);
        return named != null ? named : file.scan().getOrDefault(DEFAULT_CLASS, DEFAULT_PERIOD);
    }

    @Override
    public String id() {
        return file.id();
    }

    @Override
    public String kind() {
        return "plc";
    }

    @Override
    public synchronized void start(Receiver receiver) {
        if (life != null || closed) {
            throw new IllegalStateException(file.id() + " was started before");
        }
        Handover handover = new Handover(
                file.id(),
                receiver,
                new RetryPause(Duration.ofMillis(500), Duration.ofSeconds(10), RandomGenerator.getDefault()));
        life = Thread.ofPlatform().daemon().name("plc-" + file.id()).start(() -> live(handover));
    }

    @Override
    public SourceStatus status() {
        long late = skipped.get();
        return new SourceStatus(
                file.id(),
                kind(),
                up,
                late == 0 ? detail : detail + "; " + late + " scans skipped because one took longer than its period",
                received.get(),
                lastData,
                Math.max(0, connections.get() - 1));
    }

    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = life;
        }
        if (running != null && running != Thread.currentThread()) {
            running.interrupt();
            try {
                running.join(Duration.ofSeconds(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        up = false;
        detail = file.connection() + ": closed";
    }

    private void live(Handover handover) {
        try {
            while (!closed) {
                String reason = connectAndScan(handover);
                Duration wait = pause.next();
                if (up || !lossTold) {
                    log.warn("{}: {}: {}", file.id(), file.connection(), reason);
                }
                up = false;
                detail = file.connection() + ": " + reason + "; next try in " + Math.max(1, wait.toSeconds()) + " s";
                tellLoss(handover);
                Thread.sleep(wait);
            }
        } catch (InterruptedException e) {
            log.debug("{}: scanning ends", file.id());
        }
    }

    /** One life of a connection; returns why it ended. */
    private String connectAndScan(Handover handover) throws InterruptedException {
        PlcLink link;
        try {
            link = PlcLink.open(file.connection(), file.timeout());
        } catch (IOException | PlcConnectionException | TimeoutException | RuntimeException e) {
            log.debug("{}: cannot connect", file.id(), e);
            return "cannot connect: " + PlcLink.text(e);
        }
        try {
            return scan(link, handover);
        } catch (RuntimeException e) { // a driver's own failure must not end the source
            log.debug("{}: scan failed", file.id(), e);
            return "lost: " + PlcLink.text(e);
        } finally {
            Thread closing = link.close();
            if (closed) {
                closing.join(Duration.ofSeconds(3));
            }
        }
    }

    private String scan(PlcLink link, Handover handover) throws InterruptedException {
        refused.clear();
        boolean modbus = file.connection().toLowerCase(Locale.ROOT).startsWith("modbus");
        List<Reading> misread = new ArrayList<>();
        long start = System.nanoTime();
        for (ScanClass scan : classes) {
            List<String> good = new ArrayList<>();
            for (String address : scan.addresses()) {
                if (link.understands(address)) {
                    good.add(address);
                } else {
                    refused.add(address);
                    tellOnce(address, "is not an address of this driver; see its syntax in the PLC4X manual");
                    misread.add(new Reading("", address, Value.NONE, now(), Quality.BAD_CONFIGURATION_ERROR));
                }
            }
            scan.plan(plan(good, modbus), start);
        }
        Set<ReadPlan.Unit> answered = new HashSet<>();
        while (true) {
            ScanClass next = next(start);
            if (next == null) {
                if (!misread.isEmpty()) {
                    handover.deliver(new SourceBatch.Readings(file.id(), now(), List.copyOf(misread), List.of()));
                }
                return "no address that this driver can read";
            }
            TimeUnit.NANOSECONDS.sleep(next.due() - System.nanoTime());
            skipped.addAndGet(next.advance(System.nanoTime()));
            if (!link.connected()) {
                return "the device closed the connection";
            }
            List<Reading> readings = new ArrayList<>(misread);
            misread.clear();
            String broken = read(link, next, readings, answered);
            if (!answered.isEmpty()) {
                up(broken);
            }
            if (!readings.isEmpty()) {
                long now = now();
                received.addAndGet(readings.size());
                lastData = now;
                handover.deliver(new SourceBatch.Readings(file.id(), now, List.copyOf(readings), List.of()));
            }
            if (!broken.isEmpty()) {
                return broken;
            }
            if (!apart.isEmpty() && silent.isEmpty() && answered.size() >= units()) {
                apart.clear(); // everything answers again: read together from the next connection on
            }
        }
    }

    private int units() {
        return classes.stream().mapToInt(scan -> scan.units().size()).sum();
    }

    private List<ReadPlan.Unit> plan(List<String> good, boolean modbus) {
        List<ReadPlan.Unit> units = new ArrayList<>(
                ReadPlan.of(good.stream().filter(a -> !apart.contains(a)).toList(), modbus));
        good.stream().filter(apart::contains).forEach(a -> units.add(new ReadPlan.Tags(List.of(a))));
        // another one first: what is silent must not hide the others for ever
        Collections.rotate(units, units.isEmpty() ? 0 : -(rotation % units.size()));
        return units;
    }

    private @Nullable ScanClass next(long start) {
        return classes.stream()
                .filter(scan -> !scan.units().isEmpty())
                .min(Comparator.comparingLong(scan -> scan.due() - start))
                .orElse(null);
    }

    /** Reads one class; returns why the connection is useless, or the empty text. What was read before stays read. */
    private String read(PlcLink link, ScanClass scan, List<Reading> readings, Set<ReadPlan.Unit> answered)
            throws InterruptedException {
        List<ReadPlan.Unit> open = new ArrayList<>(scan.units());
        while (!open.isEmpty()) {
            ReadPlan.Unit unit = open.removeFirst();
            if (leftOut(unit, readings)) {
                continue;
            }
            Map<String, PlcLink.Result> results;
            try {
                results = link.read(unit);
            } catch (TimeoutException e) {
                return timedOut(unit, answered);
            } catch (IOException e) {
                return "lost: " + PlcLink.text(e);
            }
            answered.add(unit);
            List<ReadPlan.Unit> halves = unit.halves();
            boolean allFailed = results.values().stream().allMatch(r -> PlcValues.mayBeOneOfMany(r.code()));
            if (allFailed && !halves.isEmpty()) {
                scan.replace(unit, halves);
                open.addAll(0, halves);
                continue;
            }
            long time = now();
            results.forEach((address, result) -> {
                readings.add(PlcValues.reading(address, result.code(), result.value(), time));
                if (PlcValues.mayBeOneOfMany(result.code())) {
                    refused.add(address);
                    tellOnce(address, "is refused by the device: " + result.code());
                } else {
                    refused.remove(address);
                    told.remove(address);
                }
            });
        }
        return "";
    }

    private boolean leftOut(ReadPlan.Unit unit, List<Reading> readings) {
        if (unit.addresses().size() != 1) {
            return false;
        }
        String address = unit.addresses().getFirst();
        Long until = silent.get(address);
        if (until == null) {
            return false;
        }
        if (System.nanoTime() - until >= 0) {
            silent.remove(address);
            return false;
        }
        readings.add(new Reading("", address, Value.NONE, now(), Quality.BAD_TIMEOUT));
        return true;
    }

    /**
     * Some devices never answer a request for what they do not have (S7: a missing data block). So the addresses of a
     * silent request are asked one by one on the next connection; one that is silent while others are answered is left
     * out. A request that was answered before on this connection is not at fault: the device is gone.
     */
    private String timedOut(ReadPlan.Unit unit, Set<ReadPlan.Unit> answered) {
        rotation++;
        boolean suspect = !answered.contains(unit);
        if (suspect && unit.addresses().size() > 1) {
            apart.addAll(unit.addresses());
        } else if (suspect && !answered.isEmpty()) {
            String address = unit.addresses().getFirst();
            silent.put(address, System.nanoTime() + SILENT_NANOS);
            tellOnce(address, "is never answered; it is left out and tried again every minute");
        }
        return "no answer within " + file.timeout().toMillis() + " ms";
    }

    private void up(String broken) {
        if (!broken.isEmpty()) {
            return;
        }
        String text = file.connection() + ": connected, " + (addresses.size() - refused.size()) + " of "
                + addresses.size() + " addresses read"
                + (refused.isEmpty()
                        ? ""
                        : "; refused: "
                                + String.join(", ", refused.stream().limit(5).toList()));
        detail = text;
        if (!up) {
            up = true;
            lossTold = false;
            pause.reset();
            connections.incrementAndGet();
            log.info("{}: {}", file.id(), text);
        }
    }

    private void tellOnce(String address, String sentence) {
        if (told.add(address)) {
            log.warn("{}: address {} {}", file.id(), address, sentence);
        }
    }

    /** Once per loss: no tag may go on showing its last value as good. */
    private void tellLoss(Handover handover) throws InterruptedException {
        if (lossTold) {
            return;
        }
        lossTold = true;
        long now = now();
        List<Reading> readings = addresses.stream()
                .map(a -> new Reading("", a, Value.NONE, now, Quality.BAD_NO_COMMUNICATION))
                .toList();
        if (!readings.isEmpty()) {
            handover.deliver(new SourceBatch.Readings(file.id(), now, readings, List.of()));
        }
    }

    private long now() {
        Instant instant = clock.instant();
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1000);
    }
}
