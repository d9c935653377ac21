package org.millrace.source.opcua;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.jspecify.annotations.Nullable;
import org.millrace.plant.Tag;
import org.millrace.security.CertificateFolders;
import org.millrace.signal.Reading;
import org.millrace.source.Handover;
import org.millrace.source.RetryPause;
import org.millrace.source.Source;
import org.millrace.source.SourceBatch;
import org.millrace.source.SourceStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One OPC UA server as a source. Readings carry the node text of the asset file as field, the source time in µs (the
 * server's when the source gave none) and the StatusCode as it came.
 */
public final class OpcUaSource implements Source {
    private static final Logger log = LoggerFactory.getLogger(OpcUaSource.class);
    private static final int BUFFER = 100_000;
    private static final int BATCH = 5_000;
    private static final Duration LOOK = Duration.ofMillis(500);

    private final OpcUaSourceFile file;
    private final List<NodePlan> plans;
    private final Access access;
    private final Clock clock;
    private final RetryPause pause;
    private final ReadingBuffer buffer = new ReadingBuffer(BUFFER);
    private final NodeStates states;
    private final Backfill backfill;
    private final Conditions conditions;
    private final EventIntake events;
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong connections = new AtomicLong();
    private volatile List<Expiry> expiries = List.of();
    private volatile long lastData;
    private volatile boolean up;
    private volatile String detail;
    private volatile boolean closed;
    private volatile boolean unconfirmed;
    private String logged = "";
    private boolean certificateRefused;
    private @Nullable Thread life;
    private @Nullable Thread delivery;

    /**
     * @param tags the tags whose origin is this source
     * @param secrets from a reference as written ({@code {{file-secret:x}}}) to the plain text
     * @param folders the hub's own certificate and who is trusted; made at need
     * @param newest the newest time (µs) a tag was stored with, {@link Reading#NO_TIME} when never: what the server
     *     has recorded since is filled in
     */
    public OpcUaSource(
            OpcUaSourceFile file,
            List<Tag> tags,
            UnaryOperator<String> secrets,
            CertificateFolders folders,
            ToLongFunction<Tag> newest,
            Clock clock) {
        this(
                file,
                tags,
                secrets,
                folders,
                newest,
                clock,
                new RetryPause(Duration.ofSeconds(1), Duration.ofSeconds(30), RandomGenerator.getDefault()));
    }

    OpcUaSource(
            OpcUaSourceFile file,
            List<Tag> tags,
            UnaryOperator<String> secrets,
            CertificateFolders folders,
            ToLongFunction<Tag> newest,
            Clock clock,
            RetryPause pause) {
        this.file = file;
        this.plans = NodePlan.of(tags, file.sampleEvery());
        this.access = new Access(file, secrets, folders);
        this.clock = clock;
        this.pause = pause;
        this.states = new NodeStates(plans);
        this.backfill = new Backfill(file, states, buffer);
        this.conditions = new Conditions(file, tags, newest);
        this.events = new EventIntake(file, conditions);
        this.detail = file.endpoint() + ": not started";
        Map<String, Long> known = new HashMap<>();
        tags.stream()
                .filter(tag -> tag.origin().device().isEmpty())
                .forEach(tag -> known.merge(tag.origin().field(), newest.applyAsLong(tag), Math::max));
        states.seed(known);
    }

    @Override
    public String id() {
        return file.id();
    }

    @Override
    public String kind() {
        return "opcua";
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
        delivery = daemon("deliver", () -> deliver(handover));
        life = daemon("connect", this::live);
    }

    private Thread daemon(String role, Runnable task) {
        return Thread.ofPlatform()
                .daemon()
                .name("opcua-" + file.id() + "-" + role)
                .start(task);
    }

    @Override
    public SourceStatus status() {
        StringBuilder text = new StringBuilder(detail);
        Instant now = clock.instant();
        expiries.forEach(
                expiry -> expiry.warning(now).ifPresent(w -> text.append("; ").append(w)));
        return new SourceStatus(
                file.id(), kind(), up, text.toString(), received.get(), lastData, Math.max(0, connections.get() - 1));
    }

    @Override
    public Map<String, Instant> certificatesEnd() {
        Map<String, Instant> ends = new HashMap<>();
        expiries.forEach(expiry -> ends.put(expiry.owner(), expiry.end()));
        return ends;
    }

    @Override
    public void close() {
        Thread connecting;
        Thread delivering;
        synchronized (this) {
            closed = true;
            connecting = life;
            delivering = delivery;
        }
        buffer.close();
        for (Thread thread : new @Nullable Thread[] {connecting, delivering}) {
            if (thread != null && thread != Thread.currentThread()) {
                thread.interrupt();
                try {
                    thread.join(Duration.ofSeconds(5));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
        up = false;
        detail = file.endpoint() + ": closed";
    }

    private void deliver(Handover handover) {
        try {
            while (!closed) {
                ReadingBuffer.Batch batch = buffer.take(BATCH);
                handover.deliver(new SourceBatch.Readings(file.id(), batch.hubTime(), batch.readings(), List.of()));
            }
        } catch (InterruptedException e) {
            log.debug("{}: delivery ends", file.id());
        }
    }

    private void live() {
        try {
            var refusal = OpcUaSourceCheck.refusal(file);
            if (refusal.isPresent()) {
                down("not connected, " + refusal.get(), "");
                tellLoss();
                return;
            }
            while (!closed) {
                String reason = connectAndWatch();
                Duration wait = pause.next();
                down(reason, "; next try in " + Math.max(1, wait.toSeconds()) + " s");
                tellLoss();
                sleep(wait);
            }
        } catch (InterruptedException e) {
            log.debug("{}: connection ends", file.id());
        }
    }

    /** A person who has just trusted a certificate does not wait for the pause to pass. */
    private void sleep(Duration wait) throws InterruptedException {
        long end = System.nanoTime() + wait.toNanos();
        int folders = certificateRefused ? access.folders().state() : 0;
        while (System.nanoTime() < end) {
            Thread.sleep(Duration.ofNanos(Math.max(1, Math.min(LOOK.toNanos(), end - System.nanoTime()))));
            if (certificateRefused && access.folders().state() != folders) {
                return;
            }
        }
    }

    /** One life of a connection; returns why it ended. */
    private String connectAndWatch() throws InterruptedException {
        Connection connection;
        certificateRefused = false;
        try {
            connection = Connection.open(access, new Intake());
        } catch (CertificateRefused e) {
            certificateRefused = true;
            return "not connected: " + e.getMessage();
        } catch (UaException | IOException | ExecutionException | TimeoutException | RuntimeException e) {
            log.debug("{}: cannot connect", file.id(), e);
            return "cannot connect: " + Endpoints.text(e, access);
        }
        try {
            certificates(connection.server());
            connection.serverClock().ifPresent(server -> states.clock(now(), server));
            states.expectCurrent();
            backfill.connected();
            if (backfill.wanted()) {
                backfill.hold();
            }
            Map<String, StatusCode> bad = connection.monitor(plans);
            buffer.put(now(), events.begin(connection.events(), states.serverTime(now())));
            pause.reset();
            connections.incrementAndGet();
            states.regained();
            conditions.regained();
            tellRefused(bad);
            up(bad);
            fillGap(connection);
            backfill.release();
            return new ConnectionWatch(access, connection, new Owner()).run(bad);
        } catch (UaException | RuntimeException e) {
            log.debug("{}: cannot subscribe", file.id(), e);
            return "cannot subscribe: " + Endpoints.text(e, access);
        } finally {
            try {
                if (!closed) {
                    backfill.release();
                    connection.afterLast(this::tellLossNow);
                }
            } finally {
                connection.close();
            }
        }
    }

    private void fillGap(Connection connection) throws InterruptedException {
        if (backfill.wanted()) {
            received.addAndGet(backfill.fill(connection, now()));
        }
    }

    /** What Milo hands over, on its own thread. */
    private final class Intake implements Connection.Sink {
        @Override
        public void data(List<String> nodes, List<DataValue> values) throws InterruptedException {
            long now = now();
            List<Reading> readings = states.live(nodes, values, now);
            received.addAndGet(readings.size());
            lastData = now;
            backfill.overflowed(now);
            backfill.pass(now, readings);
        }

        @Override
        public void events(List<ServerEvent> some) throws InterruptedException {
            long now = now();
            states.sign(now);
            List<Reading> readings = conditions.events(some, states.serverTime(now));
            received.addAndGet(readings.size());
            lastData = now;
            backfill.pass(now, readings);
        }

        @Override
        public void keepAlive() {
            states.sign(now());
        }

        /** As after a short loss: the gap is marked, read from the history, and what has not changed is confirmed. */
        @Override
        public void notificationsLost() throws InterruptedException {
            long now = now();
            List<Reading> marks = lose(now);
            states.regained();
            conditions.resumed();
            backfill.pass(now, marks);
            unconfirmed = true;
            if (backfill.wanted()) {
                backfill.hold();
            }
        }
    }

    private final class Owner implements ConnectionWatch.Owner {
        @Override
        public boolean holdsBack() {
            return buffer.holdsBack();
        }

        @Override
        public void look() {
            tellExpiries();
        }

        @Override
        public void suspended() throws InterruptedException {
            down("the connection is lost", "; the session is to be resumed");
            tellLoss();
        }

        @Override
        public void resumed(Connection connection) throws UaException, InterruptedException {
            connections.incrementAndGet();
            states.resumed(connection.queues());
            conditions.resumed();
            up(states.refused());
            confirm(connection);
        }

        @Override
        public void complete(Connection connection) throws UaException, InterruptedException {
            if (backfill.due()) {
                fillGap(connection);
                backfill.release();
            }
            events.refreshIfWanted(connection.events());
            if (unconfirmed) {
                unconfirmed = false;
                confirm(connection);
            }
        }

        private void confirm(Connection connection) throws UaException, InterruptedException {
            connection.readCurrent((nodes, values) -> {
                long now = now();
                buffer.put(now, states.unchanged(nodes, values, now));
            });
        }

        /** A node may appear later: a program is loaded, a device joins. */
        @Override
        public Map<String, StatusCode> retry(Connection connection, Map<String, StatusCode> missing)
                throws UaException, InterruptedException {
            Map<String, StatusCode> still = connection.monitor(
                    plans.stream().filter(p -> missing.containsKey(p.node())).toList());
            tellRefused(still);
            up(still);
            return still;
        }
    }

    private void certificates(Endpoints.Found server) {
        List<Expiry> watched = new ArrayList<>();
        server.own()
                .ifPresent(own -> watched.add(new Expiry("hub", "the hub's own certificate", end(own.certificate()))));
        if (!server.shown().isEmpty()) {
            watched.add(new Expiry(
                    "server", "the server's certificate", end(server.shown().getFirst())));
        }
        watched.replaceAll(one -> expiries.contains(one) ? expiries.get(expiries.indexOf(one)) : one);
        expiries = List.copyOf(watched);
        tellExpiries();
    }

    private static Instant end(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant();
    }

    private void tellExpiries() {
        Instant now = clock.instant();
        expiries.forEach(expiry -> expiry.news(now).ifPresent(w -> log.warn("{}: {}", file.id(), w)));
    }

    private void up(Map<String, StatusCode> bad) {
        StringBuilder text = new StringBuilder(file.endpoint())
                .append(": connected, ")
                .append(plans.size() - bad.size())
                .append(" of ")
                .append(plans.size())
                .append(" nodes monitored");
        if (!bad.isEmpty()) {
            text.append("; refused: ");
            bad.entrySet().stream()
                    .limit(5)
                    .forEach(e -> text.append(e.getKey())
                            .append(" (")
                            .append(Endpoints.text(e.getValue()))
                            .append(") "));
            if (bad.size() > 5) {
                text.append("and ").append(bad.size() - 5).append(" more");
            }
        }
        detail = text.toString().strip() + events.trouble();
        if (!up) {
            log.info("{}: {}", file.id(), detail);
        }
        logged = "";
        up = true;
    }

    /** Logged once for as long as the reason stays the same. */
    private void down(String reason, String next) {
        if (!reason.equals(logged)) {
            log.warn("{}: {}: {}{}", file.id(), file.endpoint(), reason, next);
            logged = reason;
        }
        up = false;
        detail = file.endpoint() + ": " + reason + next;
    }

    /** Each refused node once: a clear message and a Bad reading, so that its tag does not show an old value as good. */
    private void tellRefused(Map<String, StatusCode> bad) throws InterruptedException {
        NodeStates.Refusal refusal = states.refuse(bad, now(), !up);
        refusal.news()
                .forEach((node, status) -> log.warn(
                        "{}: node {} cannot be monitored: {}; {}",
                        file.id(),
                        node,
                        Endpoints.text(status),
                        NodeText.problem(node).orElse("check the node id in the asset file against the server")));
        buffer.put(now(), refusal.readings());
    }

    private void tellLossNow() {
        try {
            tellLoss();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Once per loss: no tag may go on showing its last value as good. */
    private void tellLoss() throws InterruptedException {
        long now = now();
        buffer.put(now, lose(now));
    }

    private List<Reading> lose(long now) {
        List<Reading> nodes = states.lose(now);
        if (!conditions.wanted()) {
            return nodes;
        }
        List<Reading> all = new ArrayList<>(nodes);
        all.addAll(conditions.lose(states.lossStart()));
        return all;
    }

    private long now() {
        Instant instant = clock.instant();
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1000);
    }
}
