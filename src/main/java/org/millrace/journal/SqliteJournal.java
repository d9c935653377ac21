package org.millrace.journal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.millrace.journal.JournalTask.Advance;
import org.millrace.journal.JournalTask.Append;
import org.millrace.journal.JournalTask.Enrol;
import org.millrace.journal.JournalTask.EntryKind;
import org.millrace.journal.JournalTask.Mark;
import org.millrace.sqlite.SqliteFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal in one SQLite file, {@code journal.db}, in a folder of its own: batches as BLOBs, one writer thread with
 * group commit, readers on their own connections, the prefix that every cursor has passed deleted in steps. At its limits
 * it holds sources back or lets the oldest entries expire, see {@link JournalLimits}. Opening reads counters only, so it
 * takes as long for a gigabyte as for nothing; {@link JournalInspection} reads everything.
 *
 * <p>Futures complete on a thread of the journal's own, in the order of the appends; a callback may append again.
 */
public final class SqliteJournal implements Journal {
    /**
     * @param entries kept for consumers
     * @param bytes of those entries
     * @param full whether new samples are being refused for want of room
     */
    public record Usage(long entries, long bytes, long maxBytes, long deadLetterBytes, boolean full) {}

    private static final Logger LOG = LoggerFactory.getLogger(SqliteJournal.class);
    private static final byte[] NO_BODY = {};
    static final String FILE = "journal.db";

    private final SqliteFile file;
    private final FolderLock folderLock;
    private final JournalLimits limits;
    private final Admission admission;
    private final TaskQueue queue;
    private final TagDictionary tags;
    private final ExecutorService callbacks;
    private final JournalWriter writing;
    private final Thread writer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    /** Last step of each consumer, guarded by lock; may be ahead of what is durable, or behind what has expired. */
    private final Map<String, Long> positions = new HashMap<>();

    private volatile Accounts accounts;
    private volatile boolean closed;

    /**
     * Opens the journal of a folder, making both at need.
     *
     * @throws IOException when another hub uses the folder, the file is of a newer format or not ours, or the disk
     *     refuses; the message says what to do
     */
    public static SqliteJournal open(Path folder, JournalLimits limits) throws IOException {
        return open(folder, limits, InstantSource.system());
    }

    /** As {@link #open(Path, JournalLimits)}, with the clock by which entries age. */
    public static SqliteJournal open(Path folder, JournalLimits limits, InstantSource clock) throws IOException {
        FolderLock folderLock = FolderLock.take(folder);
        SqliteFile file = null;
        try {
            RepairSwap.requireNone(folder);
            file = SqliteFile.open(folder.resolve(FILE), JournalTables.FORMAT);
            return new SqliteJournal(file, folderLock, limits, new AgeClock(clock, System::nanoTime));
        } catch (IOException | SQLException e) {
            if (file != null) {
                file.close();
            }
            folderLock.close();
            throw e instanceof IOException io
                    ? io
                    : new IOException("cannot read the journal in " + folder + ": " + e.getMessage(), e);
        }
    }

    private SqliteJournal(SqliteFile file, FolderLock folderLock, JournalLimits limits, AgeClock clock)
            throws IOException, SQLException {
        this.file = file;
        this.folderLock = folderLock;
        this.limits = limits;
        this.queue = new TaskQueue(limits.queueBytes());
        this.accounts = file.read(JournalTables::accounts);
        this.tags = new TagDictionary(file.read(JournalTables::tags));
        accounts.cursors.forEach((name, cursor) -> positions.put(name, cursor.position()));
        this.admission = new Admission(file, Files.getFileStore(file.path()), limits, clock);
        this.callbacks = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("journal-callbacks").daemon().factory());
        this.writing = new JournalWriter(
                file, admission, limits.deadLetterBytes(), queue, tags, accounts, callbacks, this::publish);
        this.writer = Thread.ofPlatform().name("journal-writer").unstarted(writing);
        writer.start();
    }

    @Override
    public int tagNumber(String path) {
        return tags.number(path);
    }

    @Override
    public String tagPath(int number) {
        return tags.path(number);
    }

    @Override
    public CompletableFuture<Long> append(Intake intake) {
        return append(intake, 0);
    }

    /** The version of the configuration in force: dead letters are kept with it. */
    public void configuration(String version) {
        writing.configuration(version);
    }

    /**
     * Appends what a dead letter of the decode or bind step came to when it was replayed, and moves the letter from
     * rejected to that, in one transaction. The intake counts as the letter's only receipt. To be called once a letter.
     */
    public CompletableFuture<Long> replay(long letter, Intake intake) {
        return append(intake, letter);
    }

    /** Notes that a replay failed; the account stays. Completes when durable. */
    public CompletableFuture<Long> replayFailed(long letter, long time, String why) {
        return mark(new Mark(letter, LetterState.FAILED, time, why, "", 0, new CompletableFuture<>()));
    }

    /** Notes that a sink has stored after all what it had refused: {@code samples} move from rejected to stored. */
    public CompletableFuture<Long> replayStored(long letter, long time, String cursor, long samples) {
        return mark(new Mark(letter, LetterState.REPLAYED, time, "", cursor, samples, new CompletableFuture<>()));
    }

    private CompletableFuture<Long> mark(Mark mark) {
        if (!put(mark)) {
            mark.done().completeExceptionally(new IOException("the journal " + file.path() + " is closed"));
        }
        return mark.done();
    }

    private CompletableFuture<Long> append(Intake intake, long replayOf) {
        int samples = intake.samples().size();
        long filtered =
                intake.filtered().values().stream().mapToLong(Long::longValue).sum();
        if (intake.received() != samples + filtered + intake.deadLetters().size()) {
            return CompletableFuture.failedFuture(new IllegalArgumentException("delivery of " + intake.source()
                    + " does not add up: received " + intake.received() + ", accepted " + samples + ", filtered "
                    + filtered + ", rejected " + intake.deadLetters().size()));
        }
        return enqueue(new Append(
                EntryKind.SAMPLES,
                intake.hubTime(),
                intake.source(),
                samples,
                samples == 0 ? NO_BODY : BatchCodec.encode(intake.samples()),
                intake.received(),
                Map.copyOf(intake.filtered()),
                List.copyOf(intake.deadLetters()),
                replayOf,
                new CompletableFuture<>()));
    }

    @Override
    public CompletableFuture<Long> tick(long hubTime) {
        return enqueue(other(EntryKind.TICK, hubTime, NO_BODY));
    }

    @Override
    public CompletableFuture<Long> command(long hubTime, String json) {
        return enqueue(other(EntryKind.COMMAND, hubTime, json.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void register(String cursor) {
        enrol(cursor, true);
        lock.lock();
        try {
            positions.putIfAbsent(cursor, published(cursor));
        } finally {
            lock.unlock();
        }
    }

    /** Takes a cursor away whose consumer is gone for good, so that it no longer holds entries. Unknown ones are fine. */
    public void unregister(String cursor) {
        lock.lock();
        try {
            positions.remove(cursor);
        } finally {
            lock.unlock();
        }
        enrol(cursor, false);
    }

    @Override
    public long position(String cursor) {
        lock.lock();
        try {
            return Math.max(known(cursor), published(cursor));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Entry> read(long afterSequence, int maxSamples, Duration wait) throws InterruptedException {
        awaitEntry(afterSequence, wait.toNanos());
        long head = accounts.head; // the file may be a moment ahead of what has been made known
        if (head <= afterSequence) {
            return List.of();
        }
        try {
            return file.read(session -> JournalTables.entries(session, afterSequence, head, maxSamples));
        } catch (SQLException e) {
            requireOpen();
            throw new IllegalStateException(
                    "cannot read the journal " + file.path() + " after " + afterSequence + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void advance(
            String cursor, long sequence, Map<String, Long> rejectedBySource, List<DeadLetter> deadLetters) {
        if (sequence > accounts.head) {
            throw new IllegalArgumentException(
                    "cursor " + cursor + " cannot go to " + sequence + ", the journal ends at " + accounts.head);
        }
        lock.lock();
        try {
            if (sequence <= known(cursor)) {
                return; // a repeat: what it came to has been counted
            }
            positions.put(cursor, sequence);
        } finally {
            lock.unlock();
        }
        long rejected =
                rejectedBySource.values().stream().mapToLong(Long::longValue).sum();
        put(new Advance(cursor, sequence, rejected, List.copyOf(deadLetters)));
    }

    @Override
    public long head() {
        return accounts.head;
    }

    @Override
    public Ledger ledger() {
        return accounts.ledger();
    }

    /** Why nothing can be written at present, e.g. a disk that has become read-only; empty when all is well. */
    public String trouble() {
        return writing.trouble();
    }

    public Usage usage() {
        Accounts now = accounts;
        return new Usage(
                now.head - now.trimmed, now.liveBytes(), limits.maxBytes(), now.letterBytes, admission.full(now));
    }

    @Override
    public List<StoredDeadLetter> deadLetters(int limit) {
        return letters(Long.MAX_VALUE, limit);
    }

    /** One dead letter, for a look or a replay. */
    public Optional<StoredDeadLetter> deadLetter(long id) {
        return letters(id + 1, 1).stream().filter(letter -> letter.id() == id).findFirst();
    }

    /** Writes what is queued, then lets go of the folder. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        queue.close();
        lock.lock();
        try {
            grown.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        try {
            writer.join(Duration.ofSeconds(30));
            callbacks.shutdown();
            callbacks.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        file.close();
        try {
            folderLock.close();
        } catch (IOException e) {
            LOG.debug("the lock of {} goes with the process", file.path(), e);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void publish(Accounts next) {
        accounts = next;
        lock.lock();
        try {
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitEntry(long after, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (accounts.head <= after && left > 0 && !closed) {
                left = grown.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
        requireOpen();
    }

    private static Append other(EntryKind kind, long hubTime, byte[] body) {
        return new Append(kind, hubTime, "", 0, body, 0, Map.of(), List.of(), 0, new CompletableFuture<>());
    }

    private CompletableFuture<Long> enqueue(Append append) {
        try {
            if (!queue.put(append)) {
                append.done().completeExceptionally(new IOException("the journal " + file.path() + " is closed"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            append.done().completeExceptionally(new IOException("interrupted while waiting for the journal", e));
        }
        return append.done();
    }

    private boolean put(JournalTask task) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return queue.put(task);
                } catch (InterruptedException e) {
                    interrupted = true; // short: the writer is at work; a cursor's step must not be lost in between
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void enrol(String cursor, boolean present) {
        Enrol enrol = new Enrol(cursor, present, new CompletableFuture<>());
        if (!put(enrol)) {
            requireOpen();
        }
        try {
            enrol.done().join();
        } catch (CompletionException e) {
            throw new IllegalStateException(
                    "cannot " + (present ? "register" : "remove") + " the cursor " + cursor + ": " + e.getMessage(), e);
        }
    }

    private long published(String cursor) {
        Accounts.Cursor durable = accounts.cursors.get(cursor);
        return durable == null ? 0 : durable.position();
    }

    private long known(String cursor) {
        Long position = positions.get(cursor);
        if (position == null) {
            throw new IllegalArgumentException("no cursor '" + cursor + "' is registered with the journal");
        }
        return position;
    }

    private List<StoredDeadLetter> letters(long below, int limit) {
        try {
            return file.read(session -> JournalTables.letters(session, below, limit));
        } catch (SQLException e) {
            requireOpen();
            throw new IllegalStateException("cannot read dead letters of " + file.path() + ": " + e.getMessage(), e);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the journal " + file.path() + " is closed");
        }
    }
}
