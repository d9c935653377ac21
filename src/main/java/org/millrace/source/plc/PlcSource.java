package org.millrace.source.plc;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.apache.plc4x.java.api.exceptions.PlcConnectionException;
import org.jspecify.annotations.Nullable;
import org.millrace.plant.Tag;
import org.millrace.signal.Micros;
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

    private final PlcSourceFile file;
    private final Clock clock;
    private final RetryPause pause;
    private final PlcAddresses syntax;
    private final Faults faults;
    private final List<ScanClass> classes;
    private final List<String> addresses;
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
        this.syntax = new PlcAddresses(file.connection());
        this.faults = new Faults(file.groups());
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
                .map(e -> new ScanClass(period(file, e.getKey()), List.copyOf(e.getValue())))
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
                PlcScanner.End end = connectAndScan(handover);
                if (end.again()) {
                    rotation++;
                    log.debug("{}: {}; connecting anew", file.id(), end.reason());
                    continue;
                }
                Duration wait = pause.next();
                if (up || !lossTold) {
                    log.warn("{}: {}: {}", file.id(), file.connection(), end.reason());
                }
                up = false;
                rotation++;
                detail = file.connection() + ": " + end.reason() + "; next try in " + Math.max(1, wait.toSeconds())
                        + " s";
                tellLoss(handover);
                Thread.sleep(wait);
            }
        } catch (InterruptedException e) {
            log.debug("{}: scanning ends", file.id());
        }
    }

    /** One life of a connection. */
    private PlcScanner.End connectAndScan(Handover handover) throws InterruptedException {
        PlcLink link;
        try {
            link = PlcLink.open(file.connection(), file.timeout());
        } catch (IOException | PlcConnectionException | TimeoutException | RuntimeException e) {
            log.debug("{}: cannot connect", file.id(), e);
            return new PlcScanner.End("cannot connect: " + PlcLink.text(e), false);
        }
        try {
            return new PlcScanner(file, syntax, classes, faults, this::now, new Told(handover), link).run(rotation);
        } catch (RuntimeException e) { // a driver's own failure must not end the source
            log.debug("{}: scan failed", file.id(), e);
            return new PlcScanner.End("lost: " + PlcLink.text(e), false);
        } finally {
            Thread closing = link.close();
            if (closed) {
                closing.join(Duration.ofSeconds(3));
            }
        }
    }

    /** What the scanner of the present connection says. */
    private final class Told implements PlcScanner.Listener {
        private final Handover handover;

        Told(Handover handover) {
            this.handover = handover;
        }

        @Override
        public void scanned(List<Reading> readings) throws InterruptedException {
            long now = now();
            received.addAndGet(readings.size());
            lastData = now;
            handover.deliver(new SourceBatch.Readings(file.id(), now, readings, List.of()));
        }

        @Override
        public void alive() {
            String text = connectedText();
            detail = text;
            if (!up) {
                up = true;
                lossTold = false;
                pause.reset();
                connections.incrementAndGet();
                log.info("{}: {}", file.id(), text);
            }
        }

        @Override
        public void wrong(String address, String sentence) {
            tellOnce(address, sentence);
        }

        @Override
        public void right(String address) {
            told.remove(address);
        }

        @Override
        public void skipped(long scans) {
            skipped.addAndGet(scans);
        }
    }

    private String connectedText() {
        Set<String> bad = faults.bad();
        return file.connection() + ": connected, " + (addresses.size() - bad.size()) + " of " + addresses.size()
                + " addresses read"
                + (bad.isEmpty()
                        ? ""
                        : "; without a value: "
                                + String.join(", ", bad.stream().limit(5).toList()));
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
        return Micros.of(clock.instant());
    }
}
