package org.millrace.historian;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.millrace.historian.Historian.Rejected;
import org.millrace.journal.Journal;
import org.millrace.signal.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what the journal holds to the historian, in order, by the cursor {@value #CURSOR}.
 *
 * <p>At least once: the cursor moves after the rows are stored, and what is read again after a crash is stored once all
 * the same. While the database is away it tries again for ever; nothing is dropped. What the database can never keep
 * goes to the dead letters.
 *
 * <p>Either {@link #start} a thread, or call {@link #drainOnce} from a route; not both.
 */
public final class HistorianSink implements AutoCloseable {
    /** The journal cursor's name, and the sink's name in the ledger. */
    public static final String CURSOR = "historian";

    private static final Logger LOG = LoggerFactory.getLogger(HistorianSink.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long FIRST_DELAY_MS = 1_000;
    private static final long LAST_DELAY_MS = 30_000;
    private static final Duration IDLE = Duration.ofMillis(500);

    private final Historian historian;
    private final Journal journal;
    private final int batch;
    private final Duration flushEvery;
    private final RandomGenerator random;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile State state = State.UP;
    private volatile String lastError = "";
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong duplicates = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();
    private volatile long passed; // the journal may know of an advance only after its next commit
    private @Nullable Thread thread;

    public enum State {
        /** the last write went through, or none was needed yet */
        UP,
        /** the last write failed; it is being tried again */
        DOWN
    }

    /**
     * What people see.
     *
     * @param lastError of the last failed write; empty while up
     * @param lag journal entries not yet stored
     * @param rows stored since the start
     * @param duplicates already there, since the start
     * @param rejected sent to the dead letters, since the start
     */
    public record Status(State state, String lastError, long lag, long rows, long duplicates, long rejected) {}

    /** Takes up where the cursor stands. */
    public HistorianSink(Historian historian, Journal journal, HistorianFile settings, RandomGenerator random) {
        this.historian = historian;
        this.journal = journal;
        this.batch = Math.max(1, settings.batch());
        this.flushEvery = settings.flushEvery();
        this.random = random;
        journal.register(CURSOR);
    }

    /** Runs until {@link #close}. */
    public synchronized void start() {
        if (thread != null) {
            throw new IllegalStateException("historian sink: started twice");
        }
        Thread started = new Thread(this::run, "historian-sink");
        started.start();
        thread = started;
    }

    /** Ends after the write under way; what is not stored stays in the journal. */
    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            running = thread;
        }
        closing.countDown();
        if (running == null) {
            return;
        }
        try {
            running.join(TimeUnit.SECONDS.toMillis(5));
            if (running.isAlive()) {
                running.interrupt();
                running.join(TimeUnit.SECONDS.toMillis(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public Status status() {
        long lag = Math.max(0, journal.head() - position());
        return new Status(state, lastError, lag, rows.get(), duplicates.get(), rejected.get());
    }

    /**
     * Stores the next batch: waits for the first entry, then for more until the batch is full or has waited
     * {@code flush_every}.
     *
     * @param wait longest to wait for the first entry
     * @return journal entries passed; 0 when there were none
     * @throws SQLException if nothing was passed because the database failed; call again later
     */
    public int drainOnce(Duration wait) throws SQLException, InterruptedException {
        List<Journal.Entry> entries = collect(wait);
        if (entries.isEmpty()) {
            return 0;
        }
        List<Journal.Entry.Samples> samples = new ArrayList<>(entries.size());
        for (Journal.Entry entry : entries) {
            switch (entry) {
                case Journal.Entry.Samples s -> samples.add(s);
                case Journal.Entry.Tick t -> {} // of no matter here
                case Journal.Entry.Command c -> {}
            }
        }
        try {
            Historian.Result result = historian.write(samples, journal::tagPath);
            pass(entries.getLast().sequence(), result);
        } catch (SQLException | RuntimeException e) {
            down(e);
            throw e;
        }
        if (state == State.DOWN) {
            LOG.info("historian: writing again");
            state = State.UP;
            lastError = "";
        }
        return entries.size();
    }

    private long position() {
        return Math.max(passed, journal.position(CURSOR));
    }

    private List<Journal.Entry> collect(Duration wait) throws InterruptedException {
        long after = position();
        List<Journal.Entry> entries = new ArrayList<>(journal.read(after, batch, wait));
        int samples = count(entries);
        long deadline = System.nanoTime() + flushEvery.toNanos();
        while (samples > 0 && samples < batch && closing.getCount() > 0) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                break;
            }
            List<Journal.Entry> more =
                    journal.read(entries.getLast().sequence(), batch - samples, Duration.ofNanos(left));
            entries.addAll(more);
            samples += count(more);
        }
        return entries;
    }

    private static int count(List<Journal.Entry> entries) {
        int samples = 0;
        for (Journal.Entry entry : entries) {
            if (entry instanceof Journal.Entry.Samples s) {
                samples += s.batch().size();
            }
        }
        return samples;
    }

    private void pass(long sequence, Historian.Result result) {
        Map<String, Long> bySource = new HashMap<>();
        List<Journal.DeadLetter> letters = new ArrayList<>();
        for (Rejected one : result.rejected()) {
            bySource.merge(one.source(), 1L, Long::sum);
            letters.add(letter(one));
        }
        journal.advance(CURSOR, sequence, bySource, letters);
        rows.addAndGet(result.rows());
        duplicates.addAndGet(result.duplicates());
        rejected.addAndGet(result.rejected().size());
        passed = sequence;
    }

    private static Journal.DeadLetter letter(Rejected one) {
        ObjectNode raw = JSON.createObjectNode()
                .put("tag", one.tagPath())
                .put("time", one.sample().time());
        switch (one.sample().value()) {
            case Value.Real v -> raw.put("value", v.value());
            case Value.Whole v -> raw.put("value", v.value());
            case Value.Flag v -> raw.put("value", v.value());
            case Value.Text v -> raw.put("value", v.value());
            case Value.None v -> raw.putNull("value");
        }
        raw.put("quality", one.sample().quality());
        return new Journal.DeadLetter(
                one.source(),
                one.hubTime(),
                CURSOR,
                one.reason(),
                one.detail(),
                one.tagPath(),
                raw.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void down(Exception error) {
        String message = error.getMessage() == null ? error.toString() : error.getMessage();
        if (state == State.UP) {
            LOG.warn("historian: can't write: {}; values wait in the journal, trying again", message);
        } else {
            LOG.debug("historian: still can't write: {}", message);
        }
        lastError = message;
        state = State.DOWN;
    }

    private void run() {
        int failures = 0;
        while (closing.getCount() > 0) {
            try {
                drainOnce(IDLE);
                failures = 0;
            } catch (InterruptedException e) {
                return;
            } catch (SQLException | RuntimeException e) {
                down(e);
                if (pause(failures++)) {
                    return;
                }
            }
        }
    }

    /** Half of what doubles from 1 s to 30 s, the other half left to chance, so that many hubs don't come back as one. */
    private boolean pause(int failures) {
        long most = Math.min(LAST_DELAY_MS, FIRST_DELAY_MS << Math.min(failures, 10));
        long delay = most / 2 + random.nextLong(most / 2 + 1);
        try {
            return closing.await(delay, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
