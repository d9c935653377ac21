package org.millrace.historian;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.signal.Quality;
import org.millrace.signal.Sample;
import org.millrace.signal.Value;

class HistorianSinkIT {
    private static final long NOW = HistorianContract.NOW;

    @TempDir
    Path folder;

    @Test
    void poisonGoesToTheDeadLettersWithItsValueAndTheCursorMovesOn() throws Exception {
        HistorianFile settings = new HistorianFile("", Optional.empty(), Optional.empty(), 100, Duration.ofMillis(1));
        MemoryJournal journal = new MemoryJournal();
        int tag = journal.tagNumber("acme/x/state");
        journal.tick(NOW);
        journal.samples(
                "field",
                NOW,
                List.of(
                        new Sample(tag, NOW, Value.of("ok"), Quality.GOOD),
                        new Sample(tag, NOW + 1, Value.of("bad \uD83C"), Quality.GOOD)));
        try (Historian historian = Historian.open(settings, folder, r -> r);
                HistorianSink sink = new HistorianSink(historian, journal, settings, new Random(1))) {
            while (sink.drainOnce(Duration.ofMillis(1)) > 0) {
                assertThat(sink.status().state()).isEqualTo(HistorianSink.State.UP);
            }
            assertThat(sink.status()).isEqualTo(new HistorianSink.Status(HistorianSink.State.UP, "", 0, 1, 0, 1));
            assertThat(journal.letters).singleElement().satisfies(letter -> {
                assertThat(letter.step()).isEqualTo("historian");
                assertThat(letter.reason()).isEqualTo("bad-text");
                assertThat(letter.source()).isEqualTo("field");
                assertThat(letter.context()).isEqualTo("acme/x/state");
                assertThat(new String(letter.raw(), StandardCharsets.UTF_8)).contains("\"time\":" + (NOW + 1));
            });
        }
    }
}
