package org.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.journal.Journal.Entry;

/** F01 for the journal alone: kill -9 at random points; what was acknowledged is there, and the ledger balances. */
class JournalKillFault {
    private static final int KILLS = 5;

    @TempDir
    Path folder;

    @Test
    void nothingAcknowledgedIsLostWhenTheProcessIsKilled() throws Exception {
        long seed = Long.getLong("millrace.seed", 20_261_122L);
        Random random = new Random(seed);
        long acknowledged = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            acknowledged = Math.max(acknowledged, runAndKill(40 + random.nextInt(1500)));
            check(acknowledged, "seed " + seed + ", kill " + kill);
        }
    }

    /** Kills the process as soon as it has acknowledged so many; returns the highest sequence it acknowledged. */
    private long runAndKill(int acknowledgements) throws Exception {
        Process victim = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        JournalVictim.class.getName(),
                        folder.toString())
                .redirectError(new File(folder.toFile(), "victim.log"))
                .start();
        long highest = 0;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(victim.getInputStream(), StandardCharsets.US_ASCII))) {
            int seen = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                highest = Math.max(highest, parse(line));
                if (++seen == acknowledgements) {
                    victim.toHandle().destroyForcibly(); // and read on: what it said before it died counts
                }
            }
            assertThat(seen).as("acknowledgements before the kill").isGreaterThanOrEqualTo(acknowledgements);
        } finally {
            victim.destroyForcibly();
            assertThat(victim.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        return highest;
    }

    private static long parse(String line) {
        return line.chars().allMatch(Character::isDigit) && !line.isEmpty() ? Long.parseLong(line) : 0;
    }

    private void check(long acknowledged, String where) throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(folder, JournalLimits.DEFAULT)) {
            assertThat(journal.head()).as(where).isGreaterThanOrEqualTo(acknowledged);
            long next = 1;
            long samples = 0;
            List<Entry> entries = journal.read(0, 10_000, Duration.ZERO);
            while (!entries.isEmpty()) {
                for (Entry entry : entries) {
                    assertThat(entry.sequence()).as(where).isEqualTo(next++);
                    samples += entry instanceof Entry.Samples s ? s.batch().size() : 0;
                }
                entries = journal.read(next - 1, 10_000, Duration.ZERO);
            }
            Ledger ledger = journal.ledger();
            assertThat(next - 1).as(where).isEqualTo(journal.head());
            assertThat(ledger.balanced()).as(where + " " + ledger).isTrue();
            assertThat(ledger.sources().values()).allSatisfy(source -> {
                assertThat(source.accepted() * 7).isEqualTo(source.received() * 4);
                assertThat(source.filteredTotal() * 7).isEqualTo(source.received() * 2);
            });
            assertThat(ledger.sources().values().stream()
                            .mapToLong(Ledger.SourceAccount::accepted)
                            .sum())
                    .as(where)
                    .isEqualTo(samples);
            assertThat(ledger.sinks().get("keeper").queued()).isEqualTo(samples);
            assertThat(ledger.sinks().get("sink").stored()).isBetween(0L, samples);
        }
    }
}
