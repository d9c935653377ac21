package org.millrace.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.millrace.journal.JournalInspection.Range;
import org.millrace.journal.JournalTables.StoredEntry;
import org.millrace.journal.JournalTask.EntryKind;
import org.millrace.sqlite.Session;
import org.millrace.sqlite.SqliteFile;
import org.millrace.sqlite.SqliteInspection;

/**
 * Writes every entry of a damaged journal that can be read into a new one, and puts that in its place. The damaged file
 * is kept. Sequence numbers stay: in the place of a lost entry stands a tick. The ledger balances afterwards: samples of
 * lost entries count as expired for the cursors that had not passed them.
 */
public final class JournalSalvage {
    /**
     * @param kept the damaged journal, under its new name
     * @param entries saved
     * @param lost entries that could not be read
     * @param lostSamples in those entries
     * @param notes what else could not be read, as sentences
     */
    public record Report(Path kept, long entries, List<Range> lost, long lostSamples, List<String> notes) {}

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final int STEP = 500;
    private static final List<String> PARTS = List.of("", "-wal", "-shm");

    private final Session source;
    private final SqliteFile target;
    private final SalvagedTables tables;
    private final Accounts accounts;
    private final Accounts written = new Accounts();
    private final List<Range> lost = new ArrayList<>();
    private final List<StoredEntry> waiting = new ArrayList<>();
    private final List<Gap> gaps = new ArrayList<>();
    private long entries;
    private long lastTime;

    /** @param through samples of the journal, as it was, before the gap and with it */
    private record Gap(long before, long through) {
        long samples() {
            return through - before;
        }

        /** How many of its samples a cursor that had passed so many had not. */
        long ahead(long passed) {
            return Math.max(0, through - Math.max(before, passed));
        }
    }

    private JournalSalvage(Session source, SqliteFile target) {
        this.source = source;
        this.target = target;
        this.tables = SalvagedTables.read(source);
        this.accounts = tables.accounts();
    }

    /**
     * Repairs the journal of a folder that no hub uses.
     *
     * @param now for the name of the file that is kept
     * @throws IOException when a hub runs on the folder or the disk refuses; the damaged journal is then still in place
     */
    public static Report repair(Path folder, Instant now) throws IOException {
        try (FolderLock lock = FolderLock.take(folder)) {
            if (RepairSwap.isOpen(folder)) {
                Path kept = RepairSwap.end(folder);
                return new Report(kept, 0, List.of(), 0, List.of("an earlier repair was brought to its end"));
            }
            return repairLocked(folder, unused(folder, "journal.db.damaged-" + STAMP.format(now)));
        }
    }

    private static String unused(Path folder, String name) {
        String free = name;
        for (int i = 2; taken(folder, free); i++) {
            free = name + "-" + i;
        }
        return free;
    }

    private static boolean taken(Path folder, String name) {
        return PARTS.stream().anyMatch(part -> Files.exists(folder.resolve(name + part)));
    }

    private static void requireKnownFormat(Session source, Path folder) throws SQLException, IOException {
        long format = source.number("PRAGMA user_version");
        if (format > JournalTables.FORMAT.version()) {
            throw new IOException("the journal in " + folder + " has format " + format
                    + ", written by a newer Millrace; this one knows up to " + JournalTables.FORMAT.version()
                    + ". Repair it with the newer version.");
        }
    }

    private static Report repairLocked(Path folder, String aside) throws IOException {
        Path salvaged = folder.resolve(RepairSwap.SALVAGED);
        for (String part : PARTS) {
            Files.deleteIfExists(Path.of(salvaged + part)); // of a repair that did not get far
        }
        JournalSalvage salvage;
        try (Session source = SqliteInspection.open(folder.resolve(SqliteJournal.FILE));
                SqliteFile target = SqliteFile.open(salvaged, JournalTables.FORMAT)) {
            requireKnownFormat(source, folder);
            salvage = new JournalSalvage(source, target);
            salvage.copy();
        } catch (SQLException e) {
            throw new IOException(
                    "the journal in " + folder + " could not be salvaged: " + e.getMessage() + ". It is unchanged.", e);
        }
        RepairSwap.begin(folder, aside);
        return new Report(
                folder.resolve(aside),
                salvage.entries,
                List.copyOf(salvage.lost),
                salvage.gaps.stream().mapToLong(Gap::samples).sum(),
                salvage.tables.notes());
    }

    private void copy() throws SQLException {
        written.commits = accounts.commits;
        written.head = accounts.trimmed;
        written.trimmed = accounts.trimmed;
        written.samples = accounts.trimmedSamples;
        written.trimmedSamples = accounts.trimmedSamples;
        written.bytes = accounts.trimmedBytes;
        written.trimmedBytes = accounts.trimmedBytes;
        lastTime = accounts.oldest == Accounts.NOTHING ? 0 : accounts.oldest;
        long[] through = {accounts.trimmedSamples}; // as it was: lost samples included
        EntryScan.run(source, accounts.trimmed, accounts.head, new EntryScan.Visitor() {
            @Override
            public void readable(StoredEntry entry) throws SQLException {
                long before = entry.samplesThrough() - entry.samples();
                if (before > through[0]) {
                    gaps.add(new Gap(through[0], before));
                }
                through[0] = entry.samplesThrough();
                lastTime = entry.hubTime();
                entries++;
                put(entry);
            }

            @Override
            public void lost(Range range) throws SQLException {
                lost.add(range);
                for (long sequence = range.first(); sequence <= range.last(); sequence++) {
                    put(tick(sequence));
                }
            }
        });
        if (accounts.samples > through[0]) {
            gaps.add(new Gap(through[0], accounts.samples));
        }
        flush();
        finish();
    }

    private StoredEntry tick(long sequence) {
        return new StoredEntry(sequence, EntryKind.TICK.ordinal(), lastTime, "", 0, new byte[0], 0, 0, 0);
    }

    private void put(StoredEntry entry) throws SQLException {
        waiting.add(entry);
        if (waiting.size() >= STEP) {
            flush();
        }
    }

    private void flush() throws SQLException {
        List<StoredEntry> group = List.copyOf(waiting);
        waiting.clear();
        Accounts next = new Accounts(written);
        target.write(session -> {
            for (StoredEntry entry : group) {
                next.head = entry.sequence();
                next.samples += entry.samples();
                next.bytes += JournalTask.ROW + entry.body().length;
                JournalTables.insert(session, next, entry);
            }
            JournalTables.save(session, next);
            return next.head;
        });
        written.head = next.head;
        written.samples = next.samples;
        written.bytes = next.bytes;
    }

    /** Counters and the other tables, with the lost samples taken out of every cursor's account. */
    private void finish() throws SQLException {
        long gone = gaps.stream().mapToLong(Gap::samples).sum();
        target.write(session -> {
            for (Map.Entry<String, Accounts.Cursor> entry : accounts.cursors.entrySet()) {
                Accounts.Cursor was = entry.getValue();
                long ahead =
                        gaps.stream().mapToLong(gap -> gap.ahead(was.passed())).sum();
                Accounts.Cursor now = new Accounts.Cursor(
                        Math.min(was.position(), written.head),
                        was.base() - gone,
                        was.passed() - (gone - ahead),
                        was.rejected(),
                        was.expired() + ahead,
                        was.replayed());
                JournalTables.saveCursor(session, entry.getKey(), now);
            }
            for (Map.Entry<String, Accounts.Source> entry : accounts.sources.entrySet()) {
                JournalTables.saveSource(session, entry.getKey(), entry.getValue());
            }
            for (Map.Entry<Accounts.Filtered, Long> entry : accounts.filtered.entrySet()) {
                JournalTables.saveFiltered(session, entry.getKey(), entry.getValue());
            }
            for (TagDictionary.Tag tag : tables.tags()) {
                JournalTables.saveTag(session, tag);
            }
            for (Journal.StoredDeadLetter letter : tables.letters()) {
                JournalTables.insert(session, letter);
                written.letterBytes += JournalTask.costOf(letter.letter());
            }
            JournalTables.save(session, written);
            return 0;
        });
    }
}
