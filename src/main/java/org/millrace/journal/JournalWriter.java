package org.millrace.journal;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.millrace.journal.Journal.JournalFullException;
import org.millrace.journal.JournalTask.Advance;
import org.millrace.journal.JournalTask.Append;
import org.millrace.journal.JournalTask.Enrol;
import org.millrace.journal.JournalTask.Mark;
import org.millrace.sqlite.SqliteFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes: it puts everything that waits into one transaction (group commit), and only then tells
 * the callers. Deleting what is consumed or must expire rides along in steps.
 */
final class JournalWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);
    private static final long RETRY_MILLIS = 250;
    private static final int VACUUM_EVERY = 1024;
    private static final int VACUUM_PAGES = 4096;

    private final SqliteFile file;
    private final Admission admission;
    private final long letterLimit;
    private final TaskQueue queue;
    private final TagDictionary tags;
    private final Executor callbacks;
    private final Consumer<Accounts> published;
    private final LossLog losses;
    private Accounts accounts;
    private boolean failing;
    private volatile String trouble = "";
    private volatile String configuration = "";

    JournalWriter(
            SqliteFile file,
            Admission admission,
            long letterLimit,
            TaskQueue queue,
            TagDictionary tags,
            Accounts accounts,
            Executor callbacks,
            Consumer<Accounts> published) {
        this.file = file;
        this.admission = admission;
        this.letterLimit = letterLimit;
        this.queue = queue;
        this.tags = tags;
        this.accounts = accounts;
        this.callbacks = callbacks;
        this.published = published;
        this.losses = new LossLog(file.path(), System::nanoTime);
    }

    /** What dead letters are stamped with from now on. */
    void configuration(String version) {
        configuration = version;
    }

    /** Why the last transaction failed; empty when it did not. */
    String trouble() {
        return trouble;
    }

    @Override
    public void run() {
        try {
            while (true) {
                boolean behind = accounts.consumed() > accounts.trimmed || admission.mustExpire(accounts);
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
        Admission.Decision decision = admission.decide(accounts, group);
        decision.refused().forEach(this::refuse);
        List<TagDictionary.Tag> fresh = tags.unsaved();
        JournalTransaction transaction = new JournalTransaction(accounts, letterLimit, configuration);
        Accounts next = transaction.accounts();
        try {
            file.write(session -> {
                transaction.apply(session, fresh, decision, admission);
                return next.head;
            });
            recovered();
        } catch (SQLException | RuntimeException e) {
            if (!keptAfterAll(next.commits)) {
                failed(decision.admitted(), e);
                return;
            }
        }
        boolean muchFreed = next.trimmed / VACUUM_EVERY != accounts.trimmed / VACUUM_EVERY;
        tags.saved(fresh);
        accounts = next;
        published.accept(next);
        complete(decision.admitted(), transaction.results());
        losses.note(transaction.expired());
        if (muchFreed) {
            giveBackSpace();
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
        trouble = String.valueOf(cause.getMessage());
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
            trouble = "";
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

    private void refuse(Admission.Refusal refusal) {
        callbacks.execute(() -> refusal.append().done().completeExceptionally(new JournalFullException(refusal.why())));
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
