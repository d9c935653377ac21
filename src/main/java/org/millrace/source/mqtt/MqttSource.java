package org.millrace.source.mqtt;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.millrace.signal.Micros;
import org.millrace.source.RetryPause;
import org.millrace.source.Source;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.SourceMemory;
import org.millrace.source.SourceStatus;
import org.millrace.source.decode.Conversation;
import org.millrace.source.decode.Decoders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one MQTT 5 or 3.1.1 broker through one durable session. Deliveries are {@code SourceBatch.Payloads}; a message is
 * acknowledged only when its delivery is done. A broker that is away is tried again after 1 s, 2 s, … 30 s, for ever;
 * after a connection that was short, within 8 s.
 */
public final class MqttSource implements Source {
    private static final Logger LOG = LoggerFactory.getLogger(MqttSource.class);
    private static final int MAX_UINT16 = 65_535;

    /** A connection shorter than this did not work out: the next pause is longer than the one before. */
    private static final Duration LASTED = Duration.ofSeconds(10);

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final MqttSourceFile file;
    private final BrokerAddress address;
    private final TopicTable topics;
    private final UnaryOperator<String> secrets;
    private final Clock clock;
    private final RandomGenerator random;
    private final RetryPause pause;
    private final SourceMemory memory;
    private final @Nullable Conversation conversation;
    private final boolean cleanStart;
    private final ScheduledThreadPoolExecutor worker;
    private final Listener listener = new Listener();

    private @Nullable Intake intake;
    private @Nullable BrokerLink link;
    private Intake.@Nullable Origin session;
    private State state;
    private long connections;
    private boolean closed;

    /** An MQTT 5 broker has sent more than it may: it is not relied on any more. Mosquitto 2.0 does, from a session. */
    private boolean overruns;

    /** The session, while the broker keeps it, has all filters of the file. */
    private boolean subscribed;

    /** The connection before was ended because the broker sent too much, see {@link Window}. */
    private boolean flooded;

    /** It has been said in the log that the broker sends more than it should. */
    private boolean asked;

    /** What {@link #status()} tells. */
    private sealed interface State {
        record Connecting() implements State {}

        record Up(Instant since, String warning) implements State {}

        record Down(Instant since, String why, Instant nextTry) implements State {}

        record Closed() implements State {}
    }

    /**
     * @param memory for formats that name values in an earlier message
     * @param secretResolver reference to plain text, asked at every connection, so that a rotated password is taken up
     * @throws IllegalArgumentException when the file cannot work; the message names the key
     */
    public MqttSource(MqttSourceFile file, UnaryOperator<String> secretResolver, SourceMemory memory, Clock clock) {
        this(file, secretResolver, memory, clock, new SplittableRandom());
    }

    MqttSource(
            MqttSourceFile file,
            UnaryOperator<String> secretResolver,
            SourceMemory memory,
            Clock clock,
            RandomGenerator random) {
        if (file.topics().isEmpty()) {
            throw new IllegalArgumentException(
                    file.id() + ": topics is empty; name at least one filter to subscribe to");
        }
        if (file.clientId().isBlank()) {
            throw new IllegalArgumentException(
                    file.id() + ": client_id is empty; the broker keeps the session under it");
        }
        if (file.receiveMaximum() < 1 || file.receiveMaximum() > MAX_UINT16) {
            throw new IllegalArgumentException(
                    file.id() + ": receive_maximum is " + file.receiveMaximum() + "; it must be 1 to 65535");
        }
        this.file = file;
        this.address = BrokerAddress.parse(file.broker());
        this.topics = new TopicTable(file.topics());
        this.secrets = secretResolver;
        this.clock = clock;
        this.random = random;
        this.pause = new RetryPause(Duration.ofSeconds(1), Duration.ofSeconds(30), random);
        this.memory = memory;
        List<String> formats =
                file.topics().stream().map(MqttSourceFile.Topic::decode).toList();
        this.conversation = Conversation.of(formats, file.sparkplugHost().orElse(""), memory)
                .orElse(null);
        this.cleanStart = formats.contains(Decoders.SPARKPLUG);
        this.state = new State.Connecting();
        this.worker = new ScheduledThreadPoolExecutor(2, task -> {
            Thread thread = new Thread(task, "mqtt-" + file.id());
            thread.setDaemon(true);
            return thread;
        });
        worker.setRemoveOnCancelPolicy(true);
        worker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public String id() {
        return file.id();
    }

    @Override
    public String kind() {
        return "mqtt";
    }

    @Override
    public synchronized void start(Receiver receiver) {
        if (intake != null || closed) {
            throw new IllegalStateException(id() + " has been started before");
        }
        intake = new Intake(id(), room(), receiver, worker, clock, redeliver());
        worker.execute(this::connect);
    }

    private RetryPause redeliver() {
        return new RetryPause(Duration.ofMillis(200), Duration.ofSeconds(10), random);
    }

    @Override
    public SourceStatus status() {
        Intake messages;
        State now;
        long connected;
        synchronized (this) {
            messages = intake;
            now = state;
            connected = connections;
        }
        boolean up = now instanceof State.Up;
        long received = messages == null ? 0 : messages.received();
        long lastData = messages == null ? 0 : messages.lastData();
        return new SourceStatus(
                id(), kind(), up, detail(now, messages), received, lastData, Math.max(0, connected - 1));
    }

    @Override
    public void close() {
        Intake messages;
        BrokerLink open;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            messages = intake;
            open = link;
            state = new State.Closed();
        }
        if (messages != null) {
            messages.close(PATIENCE);
        }
        if (open != null) {
            for (Conversation.Message last : talk(c -> c.leaving(Micros.of(clock.instant())))) {
                open.publishLast(last, PATIENCE);
            }
            open.close(PATIENCE);
        }
        worker.shutdown();
    }

    /** QoS 0 messages dropped because the receiver was too slow, since start. */
    public long dropped() {
        Intake messages;
        synchronized (this) {
            messages = intake;
        }
        return messages == null ? 0 : messages.dropped();
    }

    private void connect() {
        BrokerLink fresh;
        int announce;
        boolean known;
        boolean window;
        synchronized (this) {
            if (closed || intake == null) {
                return;
            }
            // neither a broker that forgets sessions nor one without a limit may fill our memory
            if (intake.waiting() > room() || flooded && !intake.failing().isEmpty()) {
                retry("the messages received before are still waiting");
                return;
            }
            flooded = false;
            fresh = new BrokerLink(file, listener);
            link = fresh;
            announce = overruns ? MAX_UINT16 : announced(file.receiveMaximum());
            window = overruns || file.version() == MqttSourceFile.Version.V3_1_1;
            known = subscribed;
        }
        Optional<Conversation.Message> will = talk(
                        c -> c.will(Micros.of(clock.instant())).stream().toList())
                .stream()
                .findFirst()
                .or(() -> file.will().map(MqttSource::message));
        fresh.open(new BrokerLink.Plan(address, announce, will, cleanStart, window, known), secrets);
    }

    private static Conversation.Message message(MqttSourceFile.Will will) {
        byte[] bytes = will.payload().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return new Conversation.Message(will.topic(), bytes, will.qos(), will.retain());
    }

    /** One at a time: connections follow each other on threads of their own. */
    private List<Conversation.Message> talk(Function<Conversation, List<Conversation.Message>> about) {
        Conversation with = conversation;
        if (with == null) {
            return List.of();
        }
        synchronized (with) {
            return about.apply(with);
        }
    }

    private synchronized void retry(String why) {
        Duration wait = pause.next();
        Instant now = clock.instant();
        Instant since = state instanceof State.Down down ? down.since() : now;
        if (!(state instanceof State.Down)) {
            LOG.warn("{}: {} is away: {}; trying again for ever", id(), address, why);
        }
        state = new State.Down(since, why, now.plus(wait));
        try {
            worker.schedule(this::connect, wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closing) {
            LOG.debug("closing", closing);
        }
    }

    /** At once: the connection before did its work, and the session holds what it passed over. */
    private synchronized void again(String why) {
        if (!asked) {
            asked = true;
            LOG.warn("{}: {}", id(), why);
        }
        try {
            worker.execute(this::connect);
        } catch (RejectedExecutionException closing) {
            LOG.debug("closing", closing);
        }
    }

    private String detail(State now, @Nullable Intake messages) {
        String failing = messages == null ? "" : messages.failing();
        return switch (now) {
            case State.Connecting c -> "connecting to " + address;
            case State.Up up ->
                "connected to " + address + " since " + second(up.since())
                        + (up.warning().isEmpty() ? "" : "; " + up.warning())
                        + (failing.isEmpty() ? "" : "; held back: " + failing);
            case State.Down down ->
                address + " down since " + second(down.since()) + ": " + down.why() + "; next try in "
                        + Math.max(
                                0,
                                Duration.between(clock.instant(), down.nextTry())
                                        .toSeconds()) + " s";
            case State.Closed c -> "closed";
        };
    }

    private static Instant second(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS);
    }

    /** Messages that may wait here beyond those the broker counts. */
    private int room() {
        return Math.max(10_000, 4 * file.receiveMaximum());
    }

    /**
     * Some headroom over the configured number: the client ends a connection on which the broker sends one message more
     * than announced, and mosquitto does when its own in-flight limit is just that number.
     */
    private static int announced(int configured) {
        return Math.min(MAX_UINT16, configured + Math.max(64, configured / 4));
    }

    private final class Listener implements BrokerLink.Events {
        @Override
        public void session(BrokerLink from, boolean resumed) {
            synchronized (MqttSource.this) {
                if (session != null && resumed && intake != null) {
                    intake.superseded(session);
                }
                session = from.origin;
                subscribed &= resumed;
                connections++;
            }
        }

        @Override
        public void subscribed(BrokerLink from, List<String> refused) {
            synchronized (MqttSource.this) {
                if (closed || !from.origin.open) {
                    return;
                }
                String warning = refused.isEmpty() ? "" : "the broker refuses " + String.join(", ", refused);
                if (!warning.isEmpty()) {
                    LOG.warn("{}: {}; check the rights of its user", id(), warning);
                }
                if (state instanceof State.Down) {
                    LOG.info("{}: {} is back", id(), address);
                }
                subscribed = refused.isEmpty();
                Instant since = state instanceof State.Up up ? up.since() : clock.instant(); // up: it only came again
                state = new State.Up(since, warning);
            }
            talk(c -> c.connected(Micros.of(clock.instant()))).forEach(from::publish);
        }

        @Override
        public void message(BrokerLink from, Wire.Arrived message) {
            Intake messages = intake; // written before the first connection is opened
            if (messages == null || !from.origin.open) {
                return;
            }
            TopicTable.Reader reader = topics.find(message.topic());
            Payload payload = new Payload(
                    message.topic(),
                    message.bytes(),
                    reader.format(),
                    reader.map(),
                    Micros.of(clock.instant()),
                    message.retained(),
                    reader.codec());
            Conversation with = conversation;
            if (with == null || !Conversation.needed(reader.format())) {
                messages.offer(
                        new Intake.Inbound(List.of(payload), message.acknowledge(), from.origin, message.kept()));
                return;
            }
            Conversation.Turn turn;
            synchronized (with) {
                turn = with.hear(payload);
            }
            turn.answers().forEach(from::publish);
            Runnable acknowledge = () -> {
                turn.onceDurable().ifPresent(note -> memory.keep(note.key(), note.value()));
                message.acknowledge().run();
            };
            messages.offer(new Intake.Inbound(turn.payloads(), acknowledge, from.origin, message.kept()));
        }

        @Override
        public void down(BrokerLink from, Loss loss) {
            synchronized (MqttSource.this) {
                if (closed) {
                    return;
                }
                if (loss.kind() == Loss.Kind.WINDOW) {
                    again(loss.why());
                    return;
                }
                if (state instanceof State.Up up) {
                    if (Duration.between(up.since(), clock.instant()).compareTo(LASTED) >= 0) {
                        pause.reset();
                    } else {
                        pause.came();
                    }
                }
                if (loss.kind() == Loss.Kind.TOO_MANY) {
                    overruns = true;
                }
                flooded = loss.kind() == Loss.Kind.FLOOD;
                if (loss.kind() == Loss.Kind.TAKEN_OVER) {
                    pause.longest(); // two that throw each other off must not do it in a loop
                    retry("another client has taken over the session of client_id '" + file.clientId()
                            + "': give each hub a client_id of its own, or stop the other one");
                    return;
                }
                retry(loss.why());
            }
        }
    }
}
