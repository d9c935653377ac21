package org.millrace.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millrace.journal.JournalInspection;
import org.millrace.journal.JournalInspection.CursorState;
import org.millrace.journal.JournalInspection.Range;
import org.millrace.journal.JournalLimits;
import org.millrace.journal.JournalSalvage;
import org.millrace.sqlite.SqliteInspection;

/** Examines a data folder, and repairs its journal. */
public final class Doctor {
    private static final long LARGE_WAL = 64 << 20; // checkpoints keep it near 16 MiB
    private static final int MOST_RANGES = 5;

    private final Path data;
    private final InstantSource clock;
    private final long diskReserve;
    private final List<Finding> findings = new ArrayList<>();

    /** @param data the folder of journal.db and the stores */
    public Doctor(Path data, InstantSource clock) {
        this(data, clock, JournalLimits.DEFAULT.diskReserve());
    }

    Doctor(Path data, InstantSource clock, long diskReserve) {
        this.data = data;
        this.clock = clock;
        this.diskReserve = diskReserve;
    }

    /** Looks at everything; changes nothing. */
    public List<Finding> examine() throws IOException {
        findings.clear();
        if (!Files.isDirectory(data)) {
            findings.add(Finding.fail(
                    "folder", data + " is not there", "name the hub's data folder with --data, or start the hub once"));
            return List.copyOf(findings);
        }
        Optional<String> user = JournalInspection.user(data);
        findings.add(
                user.isPresent()
                        ? Finding.ok("lock", user.get() + " runs on " + data + "; its files are only read")
                        : Finding.ok("lock", "no hub runs on " + data));
        journal();
        store("store", "store.db", "restore store.db from a backup; without it open alarms and rule states are lost");
        store("historian", "historian.db", "restore historian.db from a backup, or save it with sqlite3's .recover");
        disk();
        return List.copyOf(findings);
    }

    /** Salvages a damaged journal; what it did. Call {@link #examine} afterwards to see what is left. */
    public List<Finding> repair() throws IOException {
        if (Files.notExists(data.resolve("journal.db")) && !JournalInspection.repairPending(data)) {
            return List.of(Finding.fail("repair", "there is no journal.db in " + data, "name the folder with --data"));
        }
        JournalSalvage.Report report = JournalSalvage.repair(data, clock.instant());
        List<Finding> done = new ArrayList<>();
        done.add(Finding.ok(
                "repair",
                number(report.entries()) + " entries saved; the damaged journal is kept as " + report.kept()));
        if (!report.lost().isEmpty()) {
            long entries = report.lost().stream().mapToLong(Range::size).sum();
            done.add(Finding.warn(
                    "repair",
                    number(entries) + " entries with " + number(report.lostSamples()) + " samples could not be read: "
                            + text(report.lost()),
                    "they count as expired in the ledger of every consumer that had not passed them"));
        }
        report.notes().forEach(note -> done.add(Finding.warn("repair", note, "")));
        return done;
    }

    private void journal() throws IOException {
        if (JournalInspection.repairPending(data)) {
            findings.add(Finding.fail(
                    "journal",
                    "a repair was cut short",
                    "run hub doctor --repair again; it takes up where it stopped"));
            return;
        }
        Optional<SqliteInspection> found = file("journal", "journal.db");
        if (found.isEmpty()) {
            return;
        }
        SqliteInspection file = found.get();
        if (file.problems().isEmpty() && file.applicationId() != JournalInspection.applicationId()) {
            findings.add(Finding.fail(
                    "journal", "journal.db is not a journal of Millrace", "move it away; the hub makes a new one"));
            return;
        }
        if (file.formatVersion() > JournalInspection.currentFormat()) {
            findings.add(Finding.fail(
                    "journal",
                    "format " + file.formatVersion() + " was written by a newer Millrace; this one knows up to "
                            + JournalInspection.currentFormat(),
                    "run the newer version, or restore a backup made before the upgrade"));
            return;
        }
        integrity("journal", file, "stop the hub and run hub doctor --repair");
        try {
            content(JournalInspection.of(data));
        } catch (SQLException e) {
            findings.add(Finding.fail(
                    "journal", "cannot be read: " + e.getMessage(), "stop the hub and run hub doctor --repair"));
        }
    }

    private void content(JournalInspection journal) {
        String age = journal.oldestTime()
                .map(time -> ", the oldest " + age(time) + " old")
                .orElse("");
        findings.add(Finding.ok(
                "journal",
                number(journal.entries()) + " entries with " + number(journal.samples()) + " samples, "
                        + bytes(journal.bytes()) + age));
        if (!journal.unreadable().isEmpty()) {
            long entries = journal.unreadable().stream().mapToLong(Range::size).sum();
            findings.add(Finding.fail(
                    "journal",
                    number(entries) + " entries cannot be read: " + text(journal.unreadable()),
                    "stop the hub and run hub doctor --repair; it saves the others"));
        }
        journal.notes().forEach(note -> findings.add(Finding.fail("journal", note, "run hub doctor --repair")));
        journal.cursors().forEach((name, cursor) -> findings.add(cursor(name, cursor)));
        findings.add(
                journal.ledger().balanced()
                        ? Finding.ok("ledger", "balanced")
                        : Finding.fail("ledger", "does not balance", "run hub doctor --repair and report it"));
        findings.add(
                journal.deadLetters() == 0
                        ? Finding.ok("dead letters", "none")
                        : Finding.warn(
                                "dead letters",
                                number(journal.deadLetters()) + " kept",
                                "look at them with hub dead-letters"));
    }

    private static Finding cursor(String name, CursorState cursor) {
        String text = "cursor " + name + " at " + cursor.position() + ", " + number(cursor.entriesBehind())
                + " entries behind (" + number(cursor.account().queued()) + " samples)";
        return cursor.account().expired() == 0
                ? Finding.ok("journal", text)
                : Finding.warn(
                        "journal",
                        text + "; " + number(cursor.account().expired()) + " samples expired unseen so far",
                        "find out why it lagged, or raise journal.max_size in hub.yaml");
    }

    private void store(String area, String name, String hint) throws IOException {
        Optional<SqliteInspection> found = file(area, name);
        if (found.isPresent()) {
            integrity(area, found.get(), hint);
        }
    }

    private Optional<SqliteInspection> file(String area, String name) throws IOException {
        Path file = data.resolve(name);
        if (Files.notExists(file)) {
            findings.add(Finding.ok(area, "there is no " + name + " yet"));
            return Optional.empty();
        }
        SqliteInspection found = SqliteInspection.of(file);
        findings.add(Finding.ok(
                area,
                name + ": " + bytes(found.bytes()) + " (" + bytes(found.freeBytes()) + " free inside), log "
                        + bytes(found.walBytes()) + ", format " + found.formatVersion()));
        if (found.walBytes() > LARGE_WAL) {
            findings.add(
                    Finding.warn(
                            area,
                            "the write-ahead log of " + name + " has " + bytes(found.walBytes()),
                            "something reads without end, or the last hub was killed; starting and stopping the hub folds it in"));
        }
        return Optional.of(found);
    }

    private void integrity(String area, SqliteInspection file, String hint) {
        if (file.problems().isEmpty()) {
            findings.add(Finding.ok(area, "integrity check passed"));
            return;
        }
        int more = file.problems().size() - 1;
        findings.add(Finding.fail(
                area,
                "damaged: " + file.problems().getFirst().replace('\n', ' ')
                        + (more > 0 ? " (and " + more + " more)" : ""),
                hint));
    }

    private void disk() throws IOException {
        long free = Files.getFileStore(data).getUsableSpace();
        String text = bytes(free) + " free, the journal keeps " + bytes(diskReserve) + " in reserve";
        findings.add(
                free < diskReserve
                        ? Finding.fail("disk", text, "make room; sources are held back until then, nothing is lost")
                        : free < 4 * diskReserve
                                ? Finding.warn("disk", text, "make room soon")
                                : Finding.ok("disk", text));
    }

    private String age(long micros) {
        long seconds = Math.max(
                0,
                clock.instant().getEpochSecond()
                        - Instant.EPOCH.plusMillis(micros / 1000).getEpochSecond());
        return seconds < 120
                ? seconds + " s"
                : seconds < 7200
                        ? seconds / 60 + " min"
                        : seconds < 172_800 ? seconds / 3600 + " h" : seconds / 86_400 + " d";
    }

    private static String text(List<Range> ranges) {
        StringBuilder text = new StringBuilder();
        for (Range range : ranges.subList(0, Math.min(MOST_RANGES, ranges.size()))) {
            text.append(text.isEmpty() ? "" : ", ").append(range.first());
            text.append(range.size() == 1 ? "" : "-" + range.last());
        }
        return ranges.size() > MOST_RANGES
                ? text + " and " + (ranges.size() - MOST_RANGES) + " more places"
                : text.toString();
    }

    private static String bytes(long bytes) {
        return bytes < 10_000
                ? bytes + " bytes"
                : bytes < 10_000_000
                        ? bytes / 1000 + " kB"
                        : bytes < 10_000_000_000L ? bytes / 1_000_000 + " MB" : bytes / 1_000_000_000 + " GB";
    }

    private static String number(long number) {
        return String.format(java.util.Locale.ROOT, "%,d", number);
    }
}
