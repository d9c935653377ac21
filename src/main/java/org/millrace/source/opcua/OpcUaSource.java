package org.millrace.source.opcua;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
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
 * One OPC UA server as a source. Readings carry the node text of the asset file as field, the source time in µs (the
 * server's when the source gave none) and the StatusCode as it came.
 */
public final class OpcUaSource implements Source {
    private static final Logger log = LoggerFactory.getLogger(OpcUaSource.class);
    private static final int BUFFER = 100_000;
    private static final int BATCH = 5_000;
    private static final Duration WATCH = Duration.ofMillis(500);
    private static final long RETRY_REFUSED_NANOS = Duration.ofMinutes(1).toNanos();

    private final OpcUaSourceFile file;
    private final List<NodePlan> plans;
    private final UnaryOperator<String> secrets;
    private final Clock clock;
    private final RetryPause pause;
    private final ReadingBuffer buffer = new ReadingBuffer(BUFFER);
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong connections = new AtomicLong();
    private volatile long lastData;
    private volatile boolean up;
    private volatile String detail;
    private volatile boolean closed;
    private volatile boolean lossTold;
    private Map<String, StatusCode> refused = Map.of();
    private @Nullable Thread life;
    private @Nullable Thread delivery;

    /**
     * @param tags the tags whose origin is this source
     * @param secrets from a reference as written ({@code {{file-secret:x}}}) to the plain text
     */
    public OpcUaSource(OpcUaSourceFile file, List<Tag> tags, UnaryOperator<String> secrets, Clock clock) {
        this(
                file,
                tags,
                secrets,
                clock,
                new RetryPause(Duration.ofSeconds(1), Duration.ofSeconds(30), RandomGenerator.getDefault()));
    }

    OpcUaSource(OpcUaSourceFile file, List<Tag> tags, UnaryOperator<String> secrets, Clock clock, RetryPause pause) {
        this.file = file;
        this.plans = NodePlan.of(tags, file.sampleEvery());
        this.secrets = secrets;
        this.clock = clock;
        this.pause = pause;
        this.detail = file.endpoint() + ": not started";
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
        return new SourceStatus(
                file.id(), kind(), up, detail, received.get(), lastData, Math.max(0, connections.get() - 1));
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
            Optional<String> refusal = Endpoints.refusal(file);
            if (refusal.isPresent()) {
                down(file.endpoint() + ": not connected, " + refusal.get());
                tellLoss();
                return;
            }
            while (!closed) {
                String reason = connectAndWatch();
                Duration wait = pause.next();
                down(file.endpoint() + ": " + reason + "; next try in " + Math.max(1, wait.toSeconds()) + " s");
                tellLoss();
                Thread.sleep(wait);
            }
        } catch (InterruptedException e) {
            log.debug("{}: connection ends", file.id());
        }
    }

    /** One life of a connection; returns why it ended. */
    private String connectAndWatch() throws InterruptedException {
        Connection connection;
        try {
            connection = Connection.open(file, credentials(), this::data);
        } catch (UaException | ExecutionException | TimeoutException | RuntimeException e) {
            log.debug("{}: cannot connect", file.id(), e);
            return "cannot connect: " + Endpoints.text(e);
        }
        try {
            Map<String, StatusCode> bad = connection.monitor(plans);
            pause.reset();
            connections.incrementAndGet();
            lossTold = false;
            tellRefused(bad);
            up(bad);
            String reason = watch(connection, bad);
            down(file.endpoint() + ": " + reason);
            return reason;
        } catch (UaException | RuntimeException e) {
            log.debug("{}: cannot subscribe", file.id(), e);
            return "cannot subscribe: " + Endpoints.text(e);
        } finally {
            if (!closed) {
                connection.afterLast(this::tellLossNow);
            }
            connection.close();
        }
    }

    private String watch(Connection connection, Map<String, StatusCode> bad) throws InterruptedException, UaException {
        Map<String, StatusCode> missing = bad;
        long lastRetry = System.nanoTime();
        while (true) {
            try {
                return connection.lost().get(WATCH.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                return "lost: " + Endpoints.text(e);
            } catch (TimeoutException e) {
                if (buffer.holdsBack()) {
                    connection.touch();
                } else if (connection.silent()) {
                    return "the server has sent neither data nor a keep-alive for three keep-alive times";
                }
            }
            if (!missing.isEmpty() && System.nanoTime() - lastRetry > RETRY_REFUSED_NANOS) {
                lastRetry = System.nanoTime();
                missing = retry(connection, missing);
            }
        }
    }

    /** A node may appear later: a program is loaded, a device joins. */
    private Map<String, StatusCode> retry(Connection connection, Map<String, StatusCode> missing)
            throws UaException, InterruptedException {
        List<NodePlan> again =
                plans.stream().filter(p -> missing.containsKey(p.node())).toList();
        Map<String, StatusCode> still = connection.monitor(again);
        tellRefused(still);
        up(still);
        return still;
    }

    private Optional<Credentials> credentials() {
        return file.security()
                .flatMap(s -> s.user()
                        .map(user -> new Credentials(
                                user, s.password().map(p -> p.reveal(secrets)).orElse(""))));
    }

    private void data(List<String> nodes, List<DataValue> values) throws InterruptedException {
        long now = now();
        List<Reading> readings = new ArrayList<>(nodes.size());
        for (int i = 0; i < nodes.size(); i++) {
            readings.add(DataValues.reading(nodes.get(i), values.get(i)));
        }
        received.addAndGet(readings.size());
        lastData = now;
        buffer.put(now, List.copyOf(readings));
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
        detail = text.toString().strip();
        if (!up) {
            log.info("{}: {}", file.id(), detail);
        }
        up = true;
    }

    private void down(String sentence) {
        if (up || !lossTold) {
            log.warn("{}: {}", file.id(), sentence);
        }
        up = false;
        detail = sentence;
    }

    /** Each refused node once: a clear message and a Bad reading, so that its tag does not show an old value as good. */
    private void tellRefused(Map<String, StatusCode> bad) throws InterruptedException {
        long now = now();
        List<Reading> readings = new ArrayList<>();
        Map<String, StatusCode> known = new LinkedHashMap<>();
        bad.forEach((node, status) -> {
            if (!status.equals(refused.get(node))) {
                log.warn(
                        "{}: node {} cannot be monitored: {}; {}",
                        file.id(),
                        node,
                        Endpoints.text(status),
                        NodeText.problem(node).orElse("check the node id in the asset file against the server"));
            }
            known.put(node, status);
            readings.add(new Reading("", node, Value.NONE, now, (int) status.value()));
        });
        boolean news = !known.equals(refused);
        refused = known;
        if (news || !up) {
            buffer.put(now, readings);
        }
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
        if (lossTold) {
            return;
        }
        lossTold = true;
        long now = now();
        buffer.put(
                now,
                plans.stream()
                        .map(p -> new Reading("", p.node(), Value.NONE, now, Quality.BAD_NO_COMMUNICATION))
                        .toList());
    }

    private long now() {
        Instant instant = clock.instant();
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1000);
    }
}
