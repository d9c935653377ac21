package org.millrace.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.config.Placeholders;
import org.millrace.journal.JournalLimits.AtLimit;

/** The journal's limits as people write them in hub.yaml. */
class JournalSettingsIT {
    @TempDir
    Path home;

    @Test
    void withoutSettingsTheJournalHoldsSourcesBackAt2GbAndAgeDoesNotCount() throws Exception {
        var limits = check("").hub().journalLimits();
        assertThat(limits.maxBytes()).isEqualTo(2_000_000_000L);
        assertThat(limits.maxAge()).isZero();
        assertThat(limits.atLimit()).isEqualTo(AtLimit.BLOCK);
    }

    @Test
    void sizeAgeAndPolicyAreTakenAsWritten() throws Exception {
        Configuration read = check("journal: { max_size: 500 MB, max_age: 7d, at_limit: drop-oldest }");
        assertThat(read.problems()).isEmpty();
        var limits = read.hub().journalLimits();
        assertThat(limits.maxBytes()).isEqualTo(500_000_000L);
        assertThat(limits.maxAge()).isEqualTo(Duration.ofDays(7));
        assertThat(limits.atLimit()).isEqualTo(AtLimit.DROP_OLDEST);
    }

    @Test
    void whatMakesNoSenseIsRefusedWithItsPlace() throws Exception {
        assertThat(check("journal: { at_limit: drop }").problems()).anySatisfy(problem -> {
            assertThat(problem.toString()).contains("hub.yaml:2").contains("drop-oldest");
        });
        assertThat(check("journal: { max_age: 5s }").problems())
                .anySatisfy(problem -> assertThat(problem.message()).contains("under a minute"));
        assertThat(check("journal: { max_size: 1 MB }").problems())
                .anySatisfy(problem -> assertThat(problem.message()).contains("too small"));
        assertThat(check("journal: { max_size: 5 kg }").problems())
                .anySatisfy(problem -> assertThat(problem.message()).contains("is not a size"));
    }

    private Configuration check(String line) throws Exception {
        Path folder = Files.createDirectories(home.resolve("connectors-config"));
        Files.createDirectories(home.resolve("routes"));
        Files.writeString(folder.resolve("hub.yaml"), "kind: Hub\n" + line + "\n");
        return HomeFolder.read(home, Placeholders.ofProcess());
    }
}
