package org.millrace.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.millrace.alarm.AlarmSystem;
import org.millrace.journal.Journal;
import org.millrace.plant.Tag;
import org.millrace.rule.AlarmEvent;
import org.millrace.store.OperationalStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds the journal to the rules and commits what they decide: state, cursor and outbox in one transaction of the
 * operational store; only then does the journal's trim cursor move. After a crash the journal is replayed from the last
 * commit and gives the same events with the same ids.
 */
public final class RuleLoop implements AutoCloseable {
    /** The journal cursor that keeps what the rules have not committed. */
    public static final String CURSOR = "rules";

    private static final Logger LOG = LoggerFactory.getLogger(RuleLoop.class);
    private static final int READ_SAMPLES = 20_000;
    private static final long QUIET_COMMIT_NANOS = Duration.ofSeconds(1).toNanos();
    private static final Duration WAIT = Duration.ofMillis(500);

    private final Journal journal;
    private volatile AlarmSystem engine;
    private final OperationalStore store;
    private final Consumer<Journal.Entry> observer;
    private final DerivedValues derived;
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final Thread thread = Thread.ofPlatform().name("hub-rules").unstarted(this::run);

    private volatile long position;
    private long hubTime;
    private long committed;
    private long lastCommit;
    private final List<AlarmEvent> uncommitted = new ArrayList<>();
    private final Map<String, byte[]> changed = new HashMap<>();
    private final Set<String> removed = new HashSet<>();
    private volatile @Nullable String trouble;
    private final Map<String, Change> changes = new ConcurrentHashMap<>();

    /**
     * Rules as they go on from the last commit.
     *
     * @param engine restored from the store's checkpoint
     * @param first events to be committed before anything is read, see {@link Orphans}
     */
    public record Resumed(AlarmSystem engine, List<AlarmEvent> first) {}

    private record Change(Supplier<Resumed> next, CompletableFuture<Void> done) {}

    /**
     * @param engine restored from the store's checkpoint
     * @param position sequence of that checkpoint
     * @param first events to be committed before anything is read, see {@link Orphans}
     * @param observer sees every entry in order, on the loop's thread
     */
    public RuleLoop(
            Journal journal,
            AlarmSystem engine,
            OperationalStore store,
            long position,
            List<AlarmEvent> first,
            Consumer<Journal.Entry> observer) {
        this.journal = journal;
        this.engine = engine;
        this.store = store;
        this.position = position;
        this.committed = position;
        this.observer = observer;
        this.uncommitted.addAll(first);
        this.derived = new DerivedValues(journal);
        engine.keepDerived();
    }

    /**
     * Other rules from one journal entry on: at it, the loop commits as at a stop, and goes on with the new rules as at a
     * start, with the state that fits them. Call before the entry is appended.
     *
     * @param command text of the entry, {@link Commands#configuration}
     * @param next called on the loop's thread, after the commit; {@link IllegalArgumentException} keeps the old rules
     * @return completes when the new rules are at work
     */
    public CompletableFuture<Void> changeAt(String command, Supplier<Resumed> next) {
        Change change = new Change(next, new CompletableFuture<>());
        changes.put(command, change);
        return change.done();
    }

    /** Takes a {@link #changeAt} back whose entry could not be appended. */
    public void noChangeAt(String command) {
        changes.remove(command);
    }

    public void start() {
        journal.register(CURSOR);
        thread.start();
    }

    /** The last sequence the rules have seen. */
    public long position() {
        return position;
    }

    /** Why the loop is held up, or null: for readiness. */
    public @Nullable String trouble() {
        return trouble;
    }

    /** Approximate heap of each rule instance and derived tag, in bytes. */
    public Map<String, Integer> footprint() {
        return engine.footprint();
    }

    private void run() {
        long pause = 200;
        while (running.get()) {
            try {
                step();
                pause = 200;
                trouble = null;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (Exception e) {
                trouble = "rules are held up: " + e.getMessage();
                LOG.error("rules: the commit failed, trying again in {} ms", pause, e);
                pause = sleep(pause);
            }
        }
    }

    private void step() throws Exception {
        // what was computed but not committed is committed before anything new is read
        if (uncommitted.isEmpty()) {
            for (Journal.Entry entry : journal.read(position, READ_SAMPLES, WAIT)) {
                if (entry.sequence() > position + 1) {
                    LOG.warn(
                            "rules: entries {} to {} expired before the rules saw them (journal.at_limit: drop-oldest);"
                                    + " delays and counts that ran across them start anew or end late",
                            position + 1,
                            entry.sequence() - 1);
                }
                if (entry instanceof Journal.Entry.Command command && changes.containsKey(command.json())) {
                    change(command.json());
                }
                uncommitted.addAll(apply(entry));
                position = entry.sequence();
                hubTime = entry.hubTime();
                observer.accept(entry);
            }
            derived.add(engine.takeDerived(), hubTime);
        }
        boolean first = lastCommit == 0 && !uncommitted.isEmpty();
        boolean due = System.nanoTime() - lastCommit > QUIET_COMMIT_NANOS;
        if (first || position > committed && (!uncommitted.isEmpty() || due)) {
            commit();
        }
    }

    /** Not before the old rules' last step is committed: what is restored is what they came to. */
    private void change(String command) throws Exception {
        derived.add(engine.takeDerived(), hubTime);
        commit();
        Change change = changes.get(command);
        if (change == null) {
            return;
        }
        try {
            Resumed next = change.next().get();
            next.engine().keepDerived();
            engine = next.engine();
            uncommitted.addAll(next.first());
            changes.remove(command);
            change.done().complete(null);
        } catch (IllegalArgumentException e) {
            changes.remove(command);
            change.done().completeExceptionally(e);
        }
    }

    private List<AlarmEvent> apply(Journal.Entry entry) {
        return switch (entry) {
            case Journal.Entry.Samples samples ->
                samples.source().equals(Tag.STALE) // each rule knows by itself how long a value counts
                        ? List.of()
                        : engine.samples(samples.hubTime(), samples.batch());
            case Journal.Entry.Tick tick -> engine.tick(tick.hubTime());
            case Journal.Entry.Command command -> Commands.apply(engine, command);
        };
    }

    private void commit() throws Exception {
        // what was taken from the engine stays here until a commit succeeds
        changed.putAll(engine.takeChanged());
        removed.addAll(engine.takeRemoved());
        removed.forEach(changed::remove);
        store.commit(position, changed, removed, List.copyOf(uncommitted));
        changed.clear();
        removed.clear();
        uncommitted.clear();
        committed = position;
        lastCommit = System.nanoTime();
        journal.advance(CURSOR, position, Map.of(), List.of());
    }

    private static long sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Math.min(10_000, millis * 2);
    }

    /** Ends after the entries at hand, with a last commit. */
    @Override
    public void close() {
        running.set(false);
        try {
            thread.join(Duration.ofSeconds(10));
            if (!thread.isAlive() && position > committed) {
                commit();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.warn("rules: the last commit failed; the journal is replayed from the one before at the next start", e);
        }
    }
}
