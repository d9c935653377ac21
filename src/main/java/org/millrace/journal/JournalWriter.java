package org.millrace.journal;

import java.io.IOException;
import java.nio.file.FileStore;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.millrace.journal.Journal.DeadLetter;
import org.millrace.journal.Journal.JournalFullException;
import org.millrace.journal.JournalTask.Advance;
import org.millrace.journal.JournalTask.Append;
import org.millrace.journal.JournalTask.Enrol;
import org.millrace.journal.JournalTask.EntryKind;
import org.millrace.journal.JournalTask.Mark;
import org.millrace.sqlite.Session;
import org.millrace.sqlite.SqliteFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes: it puts everything that waits into one transaction (group commit), and only then tells
 * the callers. Deleting what is consumed rides along in steps.
 */
final class JournalWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);
    private static final int TRIM_STEP = 256;
    private static final long RETRY_MILLIS = 250;
    private static final int VACUUM_EVERY = 1024;
    private static final int VACUUM_PAGES = 4096;

    private final SqliteFile file;
    private final FileStore disk;
    private final JournalLimits limits;
    private final TaskQueue queue;
    private final TagDictionary tags;
    private final Executor callbacks;
    private final Consumer<Accounts> published;
    private Accounts accounts;
    private boolean failing;
    private volatile String configuration = "";

    JournalWriter(
            SqliteFile file,
            FileStore disk,
            JournalLimits limits,
            TaskQueue queue,
            TagDictionary tags,
            Accounts accounts,
            Executor callbacks,
            Consumer<Accounts> published) {
        this.file = file;
        this.disk = disk;
        this.limits = limits;
        this.queue = queue;
        this.tags = tags;
        this.accounts = accounts;
        this.callbacks = callbacks;
        this.published = published;
    }

    /** What dead letters are stamped with from now on. */
    void configuration(String version) {
        configuration = version;
    }

    @Override
    public void run() {
        try {
            while (true) {
                boolean behind = accounts.consumed() > accounts.trimmed;
                List<JournalTask> group = queue.take(!behind || failing);
                if (group.isEmpty() && queue.isClosed()) {
                    return; // what is still to be trimmed can wait for the next start
                }
                if (!group.isEmpty() || behind) {
                    process(group);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void process(List<JournalTask> group) throws InterruptedException {
        List<JournalTask> admitted = admit(group);
        List<TagDictionary.Tag> fresh = tags.unsaved();
        Accounts next = new Accounts(accounts);
        List<Long> results = new ArrayList<>();
        try {
            file.write(session -> {
                apply(session, next, admitted, fresh, results);
                return next.head;
            });
            recovered();
        } catch (SQLException | RuntimeException e) {
            if (!keptAfterAll(next.commits)) {
                failed(admitted, e);
                return;
            }
        }
        boolean muchFreed = next.trimmed / VACUUM_EVERY != accounts.trimmed / VACUUM_EVERY;
        tags.saved(fresh);
        accounts = next;
        published.accept(next);
        complete(admitted, results);
        if (muchFreed) {
            giveBackSpace();
        }
    }

    /** Refuses what there is no room for, before the disk has to. */
    private List<JournalTask> admit(List<JournalTask> group) {
        List<JournalTask> admitted = new ArrayList<>(group.size());
        long bytes = accounts.liveBytes();
        long free = freeDisk();
        for (JournalTask task : group) {
            if (task instanceof Append append) {
                long limit = append.kind() == EntryKind.SAMPLES
                        ? limits.maxBytes()
                        : limits.maxBytes() + limits.maxBytes() / 16;
                if (bytes + append.cost() > limit) {
                    refuse(
                            append,
                            "the journal has reached its limit of " + limits.maxBytes()
                                    + " bytes because a consumer lags; sources hold their data until it catches up."
                                    + " See the ledger for which, or raise the journal's limit in hub.yaml.");
                    continue;
                }
                if (free - append.cost() < limits.diskReserve()) {
                    refuse(
                            append,
                            "the disk of " + file.path() + " has " + free + " bytes left, the journal keeps "
                                    + limits.diskReserve()
                                    + " in reserve; make room, sources hold their data until then.");
                    continue;
                }
                bytes += append.cost();
                free -= append.cost();
            }
            admitted.add(task);
        }
        return admitted;
    }

    private void apply(
            Session session, Accounts next, List<JournalTask> group, List<TagDictionary.Tag> fresh, List<Long> results)
            throws SQLException {
        next.commits++;
        for (TagDictionary.Tag tag : fresh) {
            JournalTables.saveTag(session, tag);
        }
        Set<String> sources = new HashSet<>();
        Set<Accounts.Filtered> filters = new HashSet<>();
        Set<String> cursors = new HashSet<>();
        for (JournalTask task : group) {
            switch (task) {
                case Append append -> {
                    append(session, next, append, filters);
                    if (append.kind() == EntryKind.SAMPLES) {
                        sources.add(append.source());
                    }
                }
                case Advance advance -> {
                    advance(session, next, advance);
                    cursors.add(advance.cursor());
                }
                case Enrol enrol -> enrol(session, next, enrol);
                case Mark mark -> {
                    mark(session, next, mark);
                    cursors.add(mark.cursor());
                }
            }
            results.add(next.head);
        }
        for (String source : sources) {
            JournalTables.saveSource(session, source, next.sources.getOrDefault(source, Accounts.Source.NONE));
        }
        for (Accounts.Filtered filter : filters) {
            JournalTables.saveFiltered(session, filter, next.filtered.getOrDefault(filter, 0L));
        }
        for (String cursor : cursors) {
            Accounts.Cursor moved = next.cursors.get(cursor);
            if (moved != null) {
                JournalTables.saveCursor(session, cursor, moved);
            }
        }
        trim(session, next);
        JournalTables.save(session, next);
    }

    private void append(Session session, Accounts next, Append append, Set<Accounts.Filtered> filters)
            throws SQLException {
        if (append.hasEntry()) {
            next.head++;
            next.samples += append.samples();
            next.bytes += JournalTask.ROW + append.body().length;
            JournalTables.insert(session, next, append);
        }
        if (append.kind() != EntryKind.SAMPLES) {
            return;
        }
        next.sources.merge(
                append.source(),
                Accounts.Source.NONE.plus(
                        append.received(), append.samples(), append.letters().size()),
                (a, b) -> a.plus(b.received(), b.accepted(), b.rejected()));
        for (Map.Entry<String, Long> reason : append.filtered().entrySet()) {
            Accounts.Filtered key = new Accounts.Filtered(append.source(), reason.getKey());
            next.filtered.merge(key, reason.getValue(), Long::sum);
            filters.add(key);
        }
        keep(session, next, append.letters());
        if (append.replayOf() > 0) {
            next.sources.computeIfPresent(append.source(), (id, source) -> source.withoutReplayed());
            JournalTables.mark(session, append.replayOf(), Journal.LetterState.REPLAYED, append.hubTime(), "");
        }
    }

    private static void mark(Session session, Accounts next, Mark mark) throws SQLException {
        JournalTables.mark(session, mark.letter(), mark.state(), mark.time(), mark.detail());
        next.cursors.computeIfPresent(mark.cursor(), (name, cursor) -> cursor.replayed(mark.samples()));
    }

    private void advance(Session session, Accounts next, Advance advance) throws SQLException {
        Accounts.Cursor cursor = next.cursors.get(advance.cursor());
        if (cursor == null || advance.sequence() <= cursor.position()) {
            return; // taken away meanwhile, or a repeat
        }
        long samples = JournalTables.samplesThrough(session, advance.sequence());
        next.cursors.put(advance.cursor(), cursor.moved(advance.sequence(), samples, advance.rejected()));
        keep(session, next, advance.letters());
    }

    private static void enrol(Session session, Accounts next, Enrol enrol) throws SQLException {
        if (!enrol.present()) {
            next.cursors.remove(enrol.cursor());
            JournalTables.deleteCursor(session, enrol.cursor());
        } else if (!next.cursors.containsKey(enrol.cursor())) {
            Accounts.Cursor cursor =
                    new Accounts.Cursor(next.trimmed, next.trimmedSamples, next.trimmedSamples, 0, 0, 0);
            next.cursors.put(enrol.cursor(), cursor);
            JournalTables.saveCursor(session, enrol.cursor(), cursor);
        }
    }

    private void keep(Session session, Accounts next, List<DeadLetter> letters) throws SQLException {
        for (DeadLetter letter : letters) {
            JournalTables.insert(session, letter, configuration);
            next.letterBytes += JournalTask.costOf(letter);
        }
        while (next.letterBytes > limits.deadLetterBytes()) {
            next.letterBytes -= JournalTables.dropOldestLetter(session);
        }
    }

    private static void trim(Session session, Accounts next) throws SQLException {
        long upTo = Math.min(next.consumed(), next.trimmed + TRIM_STEP);
        if (upTo > next.trimmed) {
            JournalTables.trim(session, next, upTo);
        }
    }

    /** A commit can fail after its bytes have reached the disk; the transaction's number tells. */
    private boolean keptAfterAll(long commits) {
        try {
            boolean kept = file.write(session -> session.number("SELECT commits FROM journal")) == commits;
            if (kept) {
                file.write(session -> session.update("UPDATE journal SET commits = commits")); // forces a sync
            }
            return kept;
        } catch (SQLException e) {
            return false; // the disk refuses still
        }
    }

    private void failed(List<JournalTask> group, Exception cause) throws InterruptedException {
        if (!failing) {
            LOG.error(
                    "the journal {} cannot be written: {}. Sources hold their data; trying again.",
                    file.path(),
                    cause.getMessage());
        }
        failing = true;
        List<JournalTask> again = new ArrayList<>();
        for (JournalTask task : group) {
            switch (task) {
                case Append append -> fail(append.done(), cause);
                case Enrol enrol -> fail(enrol.done(), cause);
                case Mark mark -> fail(mark.done(), cause);
                case Advance advance -> again.add(advance);
            }
        }
        if (!queue.isClosed()) { // at the end a step that cannot be saved means redelivery, no loss
            queue.putBack(again);
            queue.pause(RETRY_MILLIS);
        }
    }

    private void recovered() {
        if (failing) {
            LOG.info("the journal {} can be written again", file.path());
            failing = false;
        }
    }

    private void complete(List<JournalTask> group, List<Long> results) {
        for (int i = 0; i < group.size(); i++) {
            long sequence = results.get(i);
            switch (group.get(i)) {
                case Append append -> callbacks.execute(() -> append.done().complete(sequence));
                case Enrol enrol -> enrol.done().complete(sequence);
                case Mark mark -> callbacks.execute(() -> mark.done().complete(sequence));
                case Advance advance -> {}
            }
        }
    }

    private void fail(CompletableFuture<Long> done, Exception cause) {
        IOException error =
                new IOException("the journal " + file.path() + " could not be written: " + cause.getMessage(), cause);
        callbacks.execute(() -> done.completeExceptionally(error));
    }

    private void refuse(Append append, String why) {
        callbacks.execute(() -> append.done().completeExceptionally(new JournalFullException(why)));
    }

    private long freeDisk() {
        try {
            return disk.getUsableSpace();
        } catch (IOException e) {
            return Long.MAX_VALUE; // unknown; SQLite will say
        }
    }

    /** When a backlog is worked off, its space goes back to the disk, a part at a time. */
    private void giveBackSpace() {
        try {
            do {
                long free = file.read(session -> session.number("PRAGMA freelist_count"));
                long all = file.read(session -> session.number("PRAGMA page_count"));
                if (free <= VACUUM_PAGES || free <= all / 2) {
                    return;
                }
                file.pragma("PRAGMA incremental_vacuum(" + VACUUM_PAGES + ")");
            } while (queue.isEmpty());
        } catch (SQLException e) {
            LOG.debug("giving space back failed; it is used again anyway", e);
        }
    }
}
