package org.millrace.journal;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.millrace.journal.Journal.DeadLetter;
import org.millrace.journal.JournalTask.Advance;
import org.millrace.journal.JournalTask.Append;
import org.millrace.journal.JournalTask.Enrol;
import org.millrace.journal.JournalTask.EntryKind;
import org.millrace.journal.JournalTask.Mark;
import org.millrace.sqlite.Session;

/**
 * What one group of tasks does to the tables and the accounts: entries, counters, cursors, dead letters, the deletion of
 * what is consumed and of what must expire. All or nothing; thrown away when its transaction fails.
 */
final class JournalTransaction {
    private static final int TRIM_STEP = 256;
    private static final int EXPIRE_STEP = 4096;
    private static final long EXPIRE_BYTES = 8 << 20;

    private final Accounts next;
    private final long letterLimit;
    private final String configuration;
    private final Set<String> sources = new HashSet<>();
    private final Set<Accounts.Filtered> filters = new HashSet<>();
    private final Set<String> moved = new HashSet<>();
    private final Map<String, Long> expired = new TreeMap<>();
    private final List<Long> results = new ArrayList<>();

    /** @param configuration what dead letters are stamped with */
    JournalTransaction(Accounts before, long letterLimit, String configuration) {
        this.next = new Accounts(before);
        this.letterLimit = letterLimit;
        this.configuration = configuration;
    }

    /** What the accounts come to when the transaction is durable. */
    Accounts accounts() {
        return next;
    }

    /** For every task, in order, the head after it. */
    List<Long> results() {
        return results;
    }

    /** Samples dropped unseen, by the cursor that had not passed them. */
    Map<String, Long> expired() {
        return expired;
    }

    void apply(Session session, List<TagDictionary.Tag> freshTags, Admission.Decision decision, Admission admission)
            throws SQLException {
        next.commits++;
        for (TagDictionary.Tag tag : freshTags) {
            JournalTables.saveTag(session, tag);
        }
        for (JournalTask task : decision.admitted()) {
            switch (task) {
                case Append append -> append(session, append);
                case Advance advance -> advance(session, advance);
                case Enrol enrol -> enrol(session, enrol);
                case Mark mark -> mark(session, mark);
            }
            results.add(next.head);
        }
        long before = next.trimmedBytes;
        trim(session, decision.admitted().size());
        expire(session, admission, decision.bytesToFree() - (next.trimmedBytes - before));
        save(session);
    }

    private void append(Session session, Append append) throws SQLException {
        if (append.hasEntry()) {
            next.head++;
            next.samples += append.samples();
            next.bytes += JournalTask.ROW + append.body().length;
            JournalTables.insert(session, next, append);
        }
        if (append.kind() != EntryKind.SAMPLES) {
            return;
        }
        sources.add(append.source());
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
        keep(session, append.letters());
        if (append.replayOf() > 0) {
            next.sources.computeIfPresent(append.source(), (id, source) -> source.withoutReplayed());
            JournalTables.mark(session, append.replayOf(), Journal.LetterState.REPLAYED, append.hubTime(), "");
        }
    }

    private void mark(Session session, Mark mark) throws SQLException {
        JournalTables.mark(session, mark.letter(), mark.state(), mark.time(), mark.detail());
        next.cursors.computeIfPresent(mark.cursor(), (name, cursor) -> cursor.replayed(mark.samples()));
        moved.add(mark.cursor());
    }

    private void advance(Session session, Advance advance) throws SQLException {
        Accounts.Cursor cursor = next.cursors.get(advance.cursor());
        if (cursor == null) {
            return; // taken away meanwhile
        }
        // at or below the position only when the entries expired while the consumer had them in hand
        long samples = advance.sequence() > cursor.position()
                ? JournalTables.samplesThrough(session, advance.sequence())
                : cursor.passed();
        next.cursors.put(advance.cursor(), cursor.moved(advance.sequence(), samples, advance.rejected()));
        moved.add(advance.cursor());
        keep(session, advance.letters());
    }

    private void enrol(Session session, Enrol enrol) throws SQLException {
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

    private void keep(Session session, List<DeadLetter> letters) throws SQLException {
        for (DeadLetter letter : letters) {
            JournalTables.insert(session, letter, configuration);
            next.letterBytes += JournalTask.costOf(letter);
        }
        while (next.letterBytes > letterLimit) {
            next.letterBytes -= JournalTables.dropOldestLetter(session);
        }
    }

    /** A part of what every cursor has passed, but more than came in, so that it never lags for long. */
    private void trim(Session session, int tasks) throws SQLException {
        long upTo = Math.min(next.consumed(), next.trimmed + TRIM_STEP + 2L * tasks);
        if (upTo > next.trimmed) {
            JournalTables.trim(session, next, upTo);
        }
    }

    /** What is too much or too old goes, a bounded part at a time, whoever has not passed it. */
    private void expire(Session session, Admission admission, long bytesToFree) throws SQLException {
        long bytes = Math.max(Math.min(admission.excess(next), EXPIRE_BYTES), Math.min(bytesToFree, next.liveBytes()));
        long upTo = bytes > 0 ? JournalTables.firstReaching(session, next, next.trimmedBytes + bytes) : next.trimmed;
        long before = admission.expireBefore();
        if (next.oldest < before) {
            upTo = Math.max(upTo, JournalTables.lastBefore(session, next, before, EXPIRE_STEP));
        }
        if (upTo <= next.trimmed) {
            return;
        }
        long samples = JournalTables.samplesThrough(session, upTo);
        for (Map.Entry<String, Accounts.Cursor> entry : next.cursors.entrySet()) {
            Accounts.Cursor cursor = entry.getValue();
            if (cursor.position() < upTo) {
                expired.put(entry.getKey(), samples - cursor.passed());
                entry.setValue(cursor.jumped(upTo, samples));
                moved.add(entry.getKey());
            }
        }
        JournalTables.trim(session, next, upTo);
    }

    private void save(Session session) throws SQLException {
        for (String source : sources) {
            JournalTables.saveSource(session, source, next.sources.getOrDefault(source, Accounts.Source.NONE));
        }
        for (Accounts.Filtered filter : filters) {
            JournalTables.saveFiltered(session, filter, next.filtered.getOrDefault(filter, 0L));
        }
        for (String name : moved) {
            Accounts.Cursor cursor = next.cursors.get(name);
            if (cursor != null) {
                JournalTables.saveCursor(session, name, cursor);
            }
        }
        JournalTables.save(session, next);
    }
}
