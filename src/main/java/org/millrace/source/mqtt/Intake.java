package org.millrace.source.mqtt;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.millrace.signal.Micros;
import org.millrace.source.RetryPause;
import org.millrace.source.Source.Receiver;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.SourceBatch.Payloads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages between the broker and the receiver: what arrives while a delivery is in flight becomes the next delivery.
 * One delivery is in flight; it is acknowledged when the receiver is done, and offered again after a pause when the
 * receiver failed. What waits here is bounded by the broker's receive maximum (QoS 1 and 2) and {@code room} (QoS 0).
 */
final class Intake {
    static final int MAX_MESSAGES = 1_000;
    static final int MAX_BYTES = 1_000_000;
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

    /** The connection a message came by. */
    static final class Origin {
        /** Open: an acknowledgement reaches the broker. */
        volatile boolean open = true;

        /** A later connection resumed the session, so the broker sends again whatever was not acknowledged on this. */
        volatile boolean superseded;
    }

    /**
     * @param payloads what the message comes to; none when it only had to be heard in its turn
     * @param acknowledge sends the PUBACK
     * @param kept QoS 1 or 2: the broker keeps it until acknowledged
     */
    record Inbound(List<Payload> payloads, Runnable acknowledge, Origin origin, boolean kept) {
        int bytes() {
            int sum = 0;
            for (Payload payload : payloads) {
                sum += payload.bytes().length;
            }
            return sum;
        }
    }

    private final String source;
    private final int room;
    private final Receiver receiver;
    private final ScheduledExecutorService worker;
    private final Clock clock;
    private final RetryPause pause;

    private final ArrayDeque<Inbound> pending = new ArrayDeque<>();
    private boolean busy;
    private boolean closed;
    private long received;
    private long dropped;
    private volatile long lastData;
    private volatile String failing = "";

    Intake(String source, int room, Receiver receiver, ScheduledExecutorService worker, Clock clock, RetryPause pause) {
        this.source = source;
        this.room = room;
        this.receiver = receiver;
        this.worker = worker;
        this.clock = clock;
        this.pause = pause;
    }

    /** Takes one message; never blocks. */
    void offer(Inbound message) {
        synchronized (this) {
            if (closed || !message.origin().open) {
                return;
            }
            received++;
            if (!message.kept()
                    && pending.size() >= room) { // QoS 0 promises nothing, and there is no way to hold it back
                if (dropped++ == 0) {
                    LOG.warn("{}: QoS 0 messages are dropped: {} wait already; use qos: 1", source, pending.size());
                }
                return;
            }
            pending.add(message);
            if (busy) {
                return;
            }
            busy = true;
        }
        run(this::deliver);
    }

    /** The broker will send again what {@code origin} brought and was not acknowledged: it need not wait here too. */
    synchronized void superseded(Origin origin) {
        origin.superseded = true;
        pending.removeIf(message -> message.kept() && message.origin().superseded);
    }

    synchronized int waiting() {
        return pending.size();
    }

    synchronized long received() {
        return received;
    }

    /** QoS 0 messages that found no room. */
    synchronized long dropped() {
        return dropped;
    }

    /** µs since the epoch when the receiver last finished a delivery; 0 = never. */
    long lastData() {
        return lastData;
    }

    /** Why the current delivery is being offered again; empty when all is well. */
    String failing() {
        return failing;
    }

    /** Takes and delivers nothing more; waits a moment for the delivery in flight, so that it is acknowledged. */
    synchronized void close(Duration patience) {
        closed = true;
        pending.clear();
        long end = System.nanoTime() + patience.toNanos();
        try {
            for (long left = patience.toMillis();
                    busy && failing.isEmpty() && left > 0;
                    left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliver() {
        List<Inbound> batch = take();
        if (!batch.isEmpty()) {
            hand(batch);
        }
    }

    private synchronized List<Inbound> take() {
        List<Inbound> batch = new ArrayList<>(Math.min(pending.size(), MAX_MESSAGES));
        long bytes = 0;
        for (Inbound next = pending.peek(); next != null && !closed; next = pending.peek()) {
            bytes += next.bytes();
            if (!batch.isEmpty() && (bytes > MAX_BYTES || batch.size() == MAX_MESSAGES)) {
                break;
            }
            batch.add(pending.remove());
        }
        if (batch.isEmpty()) {
            busy = false;
            notifyAll();
        }
        return batch;
    }

    private void hand(List<Inbound> batch) {
        List<Inbound> live = new ArrayList<>(batch.size());
        List<Payload> payloads = new ArrayList<>(batch.size());
        for (Inbound message : batch) {
            if (!(message.kept() && message.origin().superseded)) {
                live.add(message);
                payloads.addAll(message.payloads());
            }
        }
        if (live.isEmpty()) {
            failing = "";
            deliver();
            return;
        }
        if (payloads.isEmpty()) {
            finished(live, null);
            return;
        }
        AtomicBoolean once = new AtomicBoolean();
        long newest = payloads.get(payloads.size() - 1).hubTime();
        try {
            receiver.receive(new Payloads(source, newest, List.copyOf(payloads)), failure -> {
                if (once.compareAndSet(false, true)) {
                    finished(live, failure);
                }
            });
        } catch (RuntimeException e) {
            if (once.compareAndSet(false, true)) {
                finished(live, e);
            }
        }
    }

    private void finished(List<Inbound> batch, @Nullable Throwable failure) {
        if (failure == null) {
            failing = "";
            pause.reset();
            lastData = Micros.of(clock.instant());
            batch.forEach(Intake::acknowledge);
            run(this::deliver);
            return;
        }
        boolean first = pause.failures() == 0;
        Duration wait = pause.next();
        failing = String.valueOf(failure.getMessage() == null ? failure : failure.getMessage());
        if (first) {
            LOG.warn("{}: {} messages held back, they could not be taken: {}", source, batch.size(), failing);
        }
        try {
            worker.schedule(() -> hand(batch), wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closing) {
            stopped();
        }
    }

    /** In the order of arrival (MQTT 5 §4.6). */
    private static void acknowledge(Inbound message) {
        if (!message.origin().open) {
            return; // that connection is gone: the broker sends the message again
        }
        try {
            message.acknowledge().run();
        } catch (RuntimeException e) { // the connection went just now
            LOG.debug("not acknowledged", e);
        }
    }

    private void run(Runnable step) {
        try {
            worker.execute(step);
        } catch (RejectedExecutionException closing) {
            stopped();
        }
    }

    private synchronized void stopped() {
        busy = false;
        notifyAll();
    }
}
