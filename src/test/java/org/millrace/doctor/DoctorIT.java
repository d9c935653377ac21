package org.millrace.doctor;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.cli.HubCommand;
import org.millrace.doctor.Finding.Level;
import org.millrace.journal.Journal.Intake;
import org.millrace.journal.JournalLimits;
import org.millrace.journal.SqliteJournal;
import org.millrace.signal.SampleBatch;
import org.millrace.store.OperationalStore;
import picocli.CommandLine;

class DoctorIT {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final long HUB_TIME = NOW.minus(Duration.ofHours(3)).toEpochMilli() * 1000;

    @TempDir
    Path folder;

    @Test
    void aSoundFolderIsFoundSoundWithCursorsAndAges() throws Exception {
        fill(100);
        OperationalStore.open(folder).close();
        List<Finding> findings = doctor().examine();
        assertThat(findings).noneMatch(finding -> finding.level() == Level.FAIL);
        assertThat(findings)
                .extracting(Finding::text)
                .anyMatch(text -> text.startsWith("no hub runs on"))
                .anyMatch(text -> text.startsWith("61 entries with 600 samples") && text.endsWith("the oldest 3 h old"))
                .contains("cursor historian at 40, 61 entries behind (600 samples)")
                .anyMatch(text -> text.startsWith("store.db: "))
                .contains("there is no historian.db yet");
    }

    @Test
    void aRunningHubIsNamedAndItsFilesAreRead() throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(folder, JournalLimits.DEFAULT)) {
            journal.tick(1).get(20, SECONDS);
            assertThat(doctor().examine())
                    .anyMatch(finding -> finding.text().contains("another hub (process"))
                    .anyMatch(finding -> finding.text().startsWith("1 entries"))
                    .noneMatch(finding -> finding.level() == Level.FAIL);
        }
    }

    @Test
    void damageIsFoundRepairedAndToldOnTheCommandLine() throws Exception {
        fill(3000);
        Path file = folder.resolve("journal.db");
        byte[] bytes = Files.readAllBytes(file);
        int page = bytes.length / 4096 / 2;
        Arrays.fill(bytes, page * 4096, (page + 1) * 4096, (byte) 0);
        Files.write(file, bytes);

        Output before = hub("doctor", "--data", folder.toString());
        assertThat(before.code()).isEqualTo(1);
        assertThat(before.text())
                .contains("fail  journal")
                .contains("entries cannot be read: ")
                .contains("hint: stop the hub and run hub doctor --repair")
                .endsWith("NOT SOUND\n");
        assertThat(file).as("looking changes nothing").hasBinaryContent(bytes);

        Output repair = hub("doctor", "--data", folder.toString(), "--repair", "--json");
        assertThat(repair.code()).as(repair.text()).isZero();
        assertThat(repair.text())
                .contains("\"sound\":true")
                .contains("could not be read: ")
                .contains("journal.db.damaged-");
        Output after = hub("doctor", "--data", folder.toString());
        assertThat(after.code()).isZero();
        assertThat(after.text()).contains("samples expired unseen so far").endsWith("sound\n");
    }

    @Test
    void aDamagedStoreAndAFullDiskAreToldWithWhatToDo() throws Exception {
        fill(10);
        Files.write(folder.resolve("store.db"), new byte[8192]);
        List<Finding> findings = new Doctor(folder, InstantSource.fixed(NOW), Long.MAX_VALUE / 8).examine();
        assertThat(findings)
                .anyMatch(finding -> finding.level() == Level.FAIL
                        && finding.area().equals("store")
                        && finding.text().startsWith("damaged: ")
                        && finding.hint().startsWith("restore store.db"))
                .anyMatch(finding -> finding.level() == Level.FAIL
                        && finding.area().equals("disk")
                        && finding.hint().startsWith("make room"));
    }

    @Test
    void aMissingFolderIsAnErrorWithAHint() throws Exception {
        Output output = hub("doctor", "--data", folder.resolve("nowhere").toString());
        assertThat(output.code()).isEqualTo(1);
        assertThat(output.text()).contains("is not there").contains("--data");
        assertThat(folder.resolve("nowhere")).doesNotExist();
    }

    private Doctor doctor() {
        return new Doctor(folder, InstantSource.fixed(NOW), 0);
    }

    private void fill(int entries) throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(folder, JournalLimits.DEFAULT)) {
            journal.register("historian");
            for (int i = 0; i < entries; i++) {
                SampleBatch.Builder batch = SampleBatch.builder(10);
                for (int n = 0; n < 10; n++) {
                    batch.addReal(journal.tagNumber("acme/tag-" + n), HUB_TIME + n, i * 31.7 + n, 0);
                }
                journal.append(new Intake("s", HUB_TIME, 10, batch.build(), Map.of(), List.of()));
            }
            journal.tick(HUB_TIME).get(60, SECONDS);
            journal.advance("historian", entries * 2L / 5, Map.of(), List.of());
        }
    }

    private record Output(int code, String text) {}

    private static Output hub(String... arguments) {
        StringWriter text = new StringWriter();
        CommandLine line =
                HubCommand.commandLine().setOut(new PrintWriter(text)).setErr(new PrintWriter(text));
        int code = line.execute(arguments);
        return new Output(code, text.toString());
    }
}
