package org.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.check.Configuration;
import org.millrace.check.HomeFolder;
import org.millrace.config.Placeholders;
import org.millrace.e2e.Homes;
import org.millrace.historian.Historian;
import org.millrace.historian.HistorianFile;
import org.millrace.journal.Journal;
import org.millrace.journal.JournalLimits;
import org.millrace.journal.SqliteJournal;
import org.millrace.kpi.ShiftReport;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;
import org.millrace.store.OperationalStore;
import org.millrace.store.StopReasons;

/** OEE from real stores: past shifts, a shift that goes on over a restart, what is published, and a reason given later. */
class KpiLoopIT {
    private static final long SECOND = 1_000_000L;
    private static final long MINUTE = 60 * SECOND;
    /** 06:00 in Paris, when the early shift begins. */
    private static final long SHIFT = Instant.parse("2026-11-17T05:00:00Z").getEpochSecond() * SECOND;

    @TempDir
    Path folder;

    private SqliteJournal journal;
    private OperationalStore store;
    private Historian historian;
    private Configuration configuration;
    private long now = SHIFT + 4 * 60 * MINUTE;

    @BeforeEach
    void open() throws Exception {
        write("assets/pr.yaml", """
                kind: Asset
                id: PR
                name: Press
                path: acme/pr
                tags:
                  state: { from: field, device: p, field: s, map: { 0: STOP, 1: RUN, 2: FAULT } }
                  cycles: { from: field, device: p, field: c }
                """);
        Homes.field(folder.resolve("home"));
        write("kpi/press.yaml", """
                kind: Oee
                id: press
                asset: PR
                calendar: two
                state: { tag: state, producing: [RUN], down: [FAULT], idle: [STOP] }
                cycles: { tag: cycles }
                ideal_cycle: { default: 60 s }
                reasons: { map: { FAULT: drive } }
                ---
                kind: ShiftCalendar
                id: two
                time_zone: Europe/Paris
                shifts:
                  - { name: early, days: [mon, tue], from: "06:00", to: "14:00", breaks: [ { from: "08:00", to: "08:30" } ] }
                """);
        configuration = HomeFolder.read(folder.resolve("home"), Placeholders.of(Map.of(), Map.of()));
        assertThat(configuration.problems()).isEmpty();
        Path data = Files.createDirectories(folder.resolve("data"));
        journal = SqliteJournal.open(data, JournalLimits.DEFAULT);
        journal.register("test");
        store = OperationalStore.open(data);
        historian = Historian.open(
                new HistorianFile("", Optional.empty(), Optional.empty(), 1000, Duration.ofSeconds(1)), data, r -> r);
    }

    private void write(String file, String text) throws IOException {
        Homes.write(folder.resolve("home"), "connectors-config/" + file, text);
    }

    @AfterEach
    void close() {
        historian.close();
        store.close();
        journal.close();
    }

    /** A machine that runs a cycle a minute from its start, but for a fault from minute 100 to 130. */
    private Journal.Entry.Samples entry(long start, int fromMinute, int toMinute) {
        int state = journal.tagNumber("acme/pr/state");
        int cycles = journal.tagNumber("acme/pr/cycles");
        SampleBatch.Builder batch = SampleBatch.builder(1000);
        for (int minute = fromMinute; minute < toMinute; minute++) {
            boolean fault = minute >= 100 && minute < 130;
            long time = start + minute * MINUTE;
            batch.addBits(state, time, SampleBatch.Kind.WHOLE, fault ? 2 : 1, Quality.GOOD);
            if (!fault) {
                batch.addBits(cycles, time + SECOND, SampleBatch.Kind.WHOLE, minute, Quality.GOOD);
            }
        }
        return new Journal.Entry.Samples(1, start, "field", batch.build());
    }

    private KpiLoop loop() {
        KpiLoop loop = new KpiLoop(configuration.oee(), journal, historian, store, () -> now);
        loop.start();
        return loop;
    }

    @Test
    void theRunningShiftIsTakenUpFromTheHistorianAndGoesOnFromTheJournal() throws Exception {
        historian.write(List.of(entry(SHIFT, 0, 150)), journal::tagPath);
        try (KpiLoop loop = loop()) {
            loop.observe(entry(SHIFT, 140, 240)); // ten minutes of it are told twice

            ShiftReport report = loop.running("press").orElseThrow();

            assertThat(report.shift().id()).isEqualTo("2026-11-17 early");
            assertThat(report.isFinal()).isFalse();
            assertThat(report.oee().plannedBusy())
                    .as("without the break, which takes ten minutes of the fault")
                    .isEqualTo(210 * MINUTE);
            assertThat(report.oee().availability().orElseThrow()).isCloseTo(190 / 210.0, within(1e-9));
            assertThat(report.oee().produced()).isEqualTo(239);
            assertThat(report.stops()).singleElement().satisfies(stop -> {
                assertThat(stop.start()).isEqualTo(SHIFT + 100 * MINUTE);
                assertThat(stop.reason()).isEqualTo("drive");
            });
        }
    }

    @Test
    void aShiftThatIsOverIsPublishedOnceAsValuesOfTheAsset() throws Exception {
        historian.write(List.of(entry(SHIFT, 0, 480)), journal::tagPath);
        now = SHIFT + 9 * 60 * MINUTE;
        try (KpiLoop loop = loop()) {
            assertThat(loop.running("press")).as("after work").isEmpty();
            ShiftReport report = loop.past("press", 1).getFirst();
            assertThat(report.isFinal()).isTrue();

            loop.publish();
            loop.publish();

            List<Journal.Entry.Samples> published = new ArrayList<>();
            for (Journal.Entry entry : journal.read(0, 1000, Duration.ZERO)) {
                published.add((Journal.Entry.Samples) entry);
            }
            assertThat(published).singleElement().satisfies(entry -> {
                assertThat(entry.source()).isEqualTo(KpiLoop.SOURCE);
                SampleBatch batch = entry.batch();
                assertThat(journal.tagPath(batch.tag(0))).isEqualTo("acme/pr/kpi.press.shift.oee");
                assertThat(batch.time(0)).isEqualTo(SHIFT + 480 * MINUTE);
                assertThat(batch.number(0))
                        .isEqualTo(report.oee().oee().orElseThrow())
                        .isBetween(.9, 1.1);
            });
            assertThat(journal.ledger().balanced()).isTrue();
            historian.write(published, journal::tagPath);
        }
        try (KpiLoop restarted = loop()) {
            restarted.publish();
            assertThat(journal.head()).as("the historian has it").isEqualTo(1);
        }
    }

    /** The hub was off from before the end of Monday's shift until Wednesday: both days are told, each at its own end. */
    @Test
    void everyShiftThatEndedWhileTheHubWasOffIsPublished() throws Exception {
        long monday = SHIFT - 24 * 60 * MINUTE;
        long friday = monday - 3 * 24 * 60 * MINUTE; // has no shift
        historian.write(List.of(entry(monday, 0, 480)), journal::tagPath);
        historian.write(List.of(entry(SHIFT, 0, 480)), journal::tagPath);
        store.sourceNotes()
                .keep(
                        KpiLoop.SOURCE,
                        configuration.oee().getFirst().tagPath("shift"),
                        Long.toString(friday).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        now = SHIFT + 26 * 60 * MINUTE;
        try (KpiLoop loop = loop()) {
            loop.publish();
            loop.publish();
        }
        try (KpiLoop restarted = loop()) {
            restarted.publish();
        }

        List<Long> ends = new ArrayList<>();
        for (Journal.Entry entry : journal.read(0, 1000, Duration.ZERO)) {
            SampleBatch batch = ((Journal.Entry.Samples) entry).batch();
            assertThat(journal.tagPath(batch.tag(0))).isEqualTo("acme/pr/kpi.press.shift.oee");
            assertThat(batch.number(0)).isBetween(.9, 1.1);
            ends.add(batch.time(0));
        }
        assertThat(ends).containsExactly(monday + 480 * MINUTE, SHIFT + 480 * MINUTE);
    }

    @Test
    void aReasonThatAPersonGivesLaterIsInTheReport() throws Exception {
        historian.write(List.of(entry(SHIFT, 0, 480)), journal::tagPath);
        now = SHIFT + 3 * 24 * 60 * MINUTE; // old enough to be kept in memory
        try (KpiLoop loop = loop()) {
            ShiftReport.Stop stop = loop.past("press", 1).getFirst().stops().getFirst();
            assertThat(stop.reason()).isEqualTo("drive");

            store.stopReasons().give(new StopReasons.Given("PR", stop.start(), "bearing seized", "anna", now));
            loop.reasonGiven();

            assertThat(loop.past("press", 1).getFirst().stops().getFirst().reason())
                    .isEqualTo("bearing seized");
        }
    }

    @Test
    void whatIsWrongInTheFilesIsToldWithItsPlace() throws Exception {
        write("kpi/press.yaml", """
                kind: Oee
                id: press
                asset: PR
                calendar: tow
                state: { tag: state, producing: [RUNN], down: [FAULT], idle: [STOP, FAULT] }
                cycles: { tag: cycle }
                ideal_cycle: {}
                ---
                kind: ShiftCalendar
                id: two
                time_zone: Europe/Pariss
                shifts:
                  - { name: early, days: [mon], from: "6", to: "14:00" }
                """);

        Configuration bad = HomeFolder.read(folder.resolve("home"), Placeholders.of(Map.of(), Map.of()));

        assertThat(bad.problems())
                .extracting(p -> p.line() + ":" + p.column() + " " + p.message())
                .contains(
                        "4:11 there is no shift calendar 'tow'",
                        "5:34 the tag 'state' has no state 'RUNN'",
                        "5:69 the state 'FAULT' stands in two lists",
                        "6:16 PR has no tag 'cycle'",
                        "7:14 there is no ideal cycle",
                        "11:12 'Europe/Pariss' is not a time zone",
                        "13:39 '6' is not a time of day");
    }
}
