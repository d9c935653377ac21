package org.millrace.source.http;

import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.millrace.source.Source;
import org.millrace.source.SourceBatch;
import org.millrace.source.SourceMemory;
import org.millrace.source.SourceStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One address that devices post to. The web server asks {@link #deviceOf} first, reads the body up to
 * {@link #maxBody()}, and then {@link #take}s it in.
 *
 * <p>A message is at least once in the journal when the device has 202. With a message id it is there once: an id that
 * was answered 202 is remembered durably before the answer. A hub that dies after the journal's commit and before the id
 * is written has the message, and takes a repeated one again, under the time of the first: its readings meet themselves
 * in the historian.
 */
public final class HttpSource implements Source {
    private static final Logger LOG = LoggerFactory.getLogger(HttpSource.class);
    private static final int MOST_IN_FLIGHT = 256;
    private static final int LONGEST_ID = 200;

    /**
     * @param status of HTTP
     * @param retryAfter seconds; 0 = none
     * @param text one sentence for people
     */
    public record Answer(int status, int retryAfter, String text) {
        /** The body of the answer. */
        public String json() {
            return "{\"" + (status < 300 ? "status" : "error") + "\":" + TextNode.valueOf(text) + "}";
        }
    }

    private final HttpSourceFile file;
    private final Tokens tokens;
    private final MessageIds ids;
    private final Predicate<Throwable> full;
    private final Clock clock;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile long lastData;
    private volatile String failing = "";
    private volatile @Nullable Receiver receiver;
    private volatile boolean closed;

    /**
     * @param secrets reference to plain text
     * @param full whether a failure says that there is no room for the moment
     */
    public HttpSource(
            HttpSourceFile file,
            UnaryOperator<String> secrets,
            SourceMemory memory,
            Predicate<Throwable> full,
            Clock clock) {
        this.file = file;
        this.tokens = new Tokens(file.id(), file.devices(), secrets, System::nanoTime);
        this.ids = new MessageIds(memory);
        this.full = full;
        this.clock = clock;
    }

    @Override
    public String id() {
        return file.id();
    }

    @Override
    public String kind() {
        return "http";
    }

    @Override
    public synchronized void start(Receiver to) {
        if (receiver != null || closed) {
            throw new IllegalStateException(id() + " has been started before");
        }
        receiver = to;
    }

    @Override
    public SourceStatus status() {
        boolean up = receiver != null && !closed;
        String told = failing;
        long away = refused.get();
        return new SourceStatus(
                id(),
                kind(),
                up,
                (up ? "takes POST /ingest/" + id() + " of " + file.devices().size() + " devices" : "closed")
                        + (away == 0 ? "" : "; " + away + " requests without a valid token")
                        + (told.isEmpty() ? "" : "; held back: " + told),
                received.get(),
                lastData,
                0);
    }

    /** Takes nothing more; who posts is told to come again. */
    @Override
    public void close() {
        closed = true;
    }

    public int maxBody() {
        return file.maxBody();
    }

    /** The device whose token this is; empty when nobody's. */
    public Optional<String> deviceOf(String token) {
        return tokens.deviceOf(token);
    }

    /** Counts a request that was not let in. */
    public void refused() {
        refused.incrementAndGet();
    }

    /**
     * Takes in one message of a device that {@link #deviceOf} has named.
     *
     * @param path what follows the source in the address, without the first slash; empty when nothing does
     * @param messageId of the device's own; empty when it sent none
     * @param answer told once, from any thread
     */
    public void take(String device, String path, String messageId, byte[] body, Consumer<Answer> answer) {
        Receiver to = receiver;
        if (to == null || closed) {
            answer.accept(new Answer(503, 10, "no route takes from hub:http/" + id() + " at the moment"));
            return;
        }
        if (messageId.length() > LONGEST_ID) {
            answer.accept(new Answer(400, 0, "a message id has up to " + LONGEST_ID + " characters"));
            return;
        }
        String key = messageId.isEmpty() ? "" : device + '/' + messageId;
        MessageIds.Begun begun;
        try {
            long now = micros();
            begun = key.isEmpty() ? new MessageIds.Begun(MessageIds.State.NEW, now) : ids.begin(key, now);
        } catch (RuntimeException e) {
            answer.accept(finished("", e));
            return;
        }
        switch (begun.state()) {
            case TAKEN -> answer.accept(new Answer(202, 0, "taken before"));
            case UNDER_WAY -> answer.accept(new Answer(409, 1, "the same message is being taken in"));
            case NEW -> hand(to, payload(device, path, body, begun.time()), key, answer);
        }
    }

    private SourceBatch.Payload payload(String device, String path, byte[] body, long time) {
        String topic = "ingest/" + id() + '/' + device + (path.isEmpty() ? "" : '/' + path);
        return new SourceBatch.Payload(
                topic,
                body,
                file.decode(),
                file.map(),
                time,
                false,
                file.codec().orElse(""));
    }

    private void hand(Receiver to, SourceBatch.Payload payload, String key, Consumer<Answer> answer) {
        if (inFlight.incrementAndGet() > MOST_IN_FLIGHT) {
            inFlight.decrementAndGet();
            ids.failed(key);
            answer.accept(new Answer(429, 5, "too many messages at once"));
            return;
        }
        AtomicBoolean once = new AtomicBoolean();
        Consumer<@Nullable Throwable> done = failure -> {
            if (once.compareAndSet(false, true)) {
                inFlight.decrementAndGet();
                answer.accept(finished(key, failure));
            }
        };
        try {
            to.receive(new SourceBatch.Payloads(id(), payload.hubTime(), List.of(payload)), done);
        } catch (RuntimeException e) {
            done.accept(e);
        }
    }

    private Answer finished(String key, @Nullable Throwable failure) {
        Throwable why = failure;
        if (why == null && !key.isEmpty()) {
            try {
                ids.done(key);
            } catch (RuntimeException e) { // the message is there; its id is not: better asked twice than lost
                why = e;
            }
        }
        if (why == null) {
            received.incrementAndGet();
            lastData = micros();
            failing = "";
            return new Answer(202, 0, "taken");
        }
        ids.failed(key);
        String text = why.getMessage() == null ? why.toString() : why.getMessage();
        if (failing.isEmpty()) {
            LOG.warn("{}: a message could not be taken: {}", id(), text);
        }
        failing = text;
        return full.test(why)
                ? new Answer(429, 30, "the hub has no room at the moment; send it again")
                : new Answer(503, 10, "the hub could not keep the message; send it again");
    }

    private long micros() {
        Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }
}
