package org.millrace.context;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.millrace.context.ContextSource.ContextException;
import org.millrace.context.ContextSource.Said;
import org.millrace.signal.Micros;
import org.millrace.store.AssetContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one source again and again, on a thread of its own, and keeps what changed. */
public final class ContextPoller implements AutoCloseable {
    /** Told of what changed before it is kept; may be told the same again after a crash or a failure. */
    public interface Changes {
        void changed(String source, List<AssetContext.Entry> entries);
    }

    /**
     * @param failures in a row
     * @param since when it came up or its present outage began, µs
     * @param lastRead when it was read last, µs; 0 = never
     * @param nextTry µs
     * @param strange names it says that are no asset here, at most a few
     */
    public record Status(
            String id,
            boolean up,
            int failures,
            long since,
            long lastRead,
            long nextTry,
            String lastError,
            List<String> strange) {}

    private static final Logger LOG = LoggerFactory.getLogger(ContextPoller.class);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final int STRANGE = 5;

    private final ContextFile file;
    private final ContextSource source;
    private final Map<String, String> assets;
    private final AssetContext store;
    private final Changes changes;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private volatile boolean running;
    private volatile Status status;
    private @Nullable Thread thread;

    /** @param assets asset id by the name the source gives it */
    public ContextPoller(
            ContextFile file,
            ContextSource source,
            Map<String, String> assets,
            AssetContext store,
            Changes changes,
            Clock clock) {
        this.file = file;
        this.source = source;
        this.assets = Map.copyOf(assets);
        this.store = store;
        this.changes = changes;
        this.clock = clock;
        this.status = new Status(file.id(), true, 0, now(), 0, 0, "", List.of());
    }

    /** Starts the thread; its first reading begins at once. */
    public void start() {
        running = true;
        Thread worker =
                Thread.ofPlatform().name("hub-context-" + file.id()).daemon().unstarted(this::loop);
        thread = worker;
        worker.start();
    }

    public Status status() {
        return status;
    }

    @Override
    public void close() throws InterruptedException {
        running = false;
        lock.lock();
        try {
            ended.signalAll();
        } finally {
            lock.unlock();
        }
        Thread worker = thread;
        if (worker != null) {
            worker.interrupt(); // a database that hangs must not hold up the end
            worker.join(TimeUnit.SECONDS.toMillis(5));
        }
    }

    private void loop() {
        while (running) {
            try {
                once();
            } catch (InterruptedException e) {
                return;
            } catch (ContextException | RuntimeException e) {
                failed(String.valueOf(e.getMessage()));
            }
            lock.lock();
            try {
                long left = status.nextTry() - now();
                if (running && left > 0) {
                    long ignored = ended.awaitNanos(TimeUnit.MICROSECONDS.toNanos(left));
                }
            } catch (InterruptedException e) {
                return;
            } finally {
                lock.unlock();
            }
        }
    }

    /** One reading. */
    void once() throws ContextException, InterruptedException {
        List<Said> said = source.read();
        long now = now();
        Map<String, AssetContext.Entry> entries = new HashMap<>();
        List<String> strange = new ArrayList<>();
        for (Said one : said) {
            String asset = assets.get(one.asset());
            if (asset != null) {
                entries.put(asset, new AssetContext.Entry(asset, one.since().orElse(now), one.fields()));
            } else if (strange.size() < STRANGE) {
                strange.add(one.asset());
            }
        }
        List<AssetContext.Entry> changed = store.changes(file.id(), entries.values(), now);
        if (!changed.isEmpty()) {
            changes.changed(file.id(), changed);
        }
        store.keep(file.id(), changed, now);
        Status before = status;
        if (!before.up()) {
            LOG.info("context {}: answers again", file.id());
        }
        if (!strange.isEmpty() && before.strange().isEmpty()) {
            LOG.warn(
                    "context {}: no asset has {} {}; hint: match and the asset files",
                    file.id(),
                    file.match(),
                    strange);
        }
        status = new Status(
                file.id(),
                true,
                0,
                before.up() ? before.since() : now,
                now,
                now + Micros.of(file.every()),
                "",
                List.copyOf(strange));
    }

    private void failed(String why) {
        Status before = status;
        long now = now();
        if (before.up()) {
            LOG.warn("context {}: can't be read, its last answer stays for {}: {}", file.id(), file.staleAfter(), why);
        }
        int failures = before.failures() + 1;
        long pause = Math.min(Micros.of(file.every()) << Math.min(failures - 1, 6), Micros.of(LONGEST_PAUSE));
        status = new Status(
                file.id(),
                false,
                failures,
                before.up() ? now : before.since(),
                before.lastRead(),
                now + Math.max(pause, Math.min(Micros.of(file.every()), Micros.of(LONGEST_PAUSE))),
                why,
                before.strange());
    }

    private long now() {
        return Micros.of(clock.instant());
    }
}
