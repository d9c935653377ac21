package org.millrace.source.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;

/** What a server with history recorded while nobody listened is in the hub afterwards: once, and in order. */
class OpcUaGapIT {
    private static final Duration RECOVERY = Duration.ofSeconds(30);
    private static final int MISSED = 600;

    @TempDir
    Path folder;

    private Sources sources;
    private final ScriptedServer.Recorder recorder = new ScriptedServer.Recorder();
    private long start;
    private long step = 1000;
    private @Nullable DataValue quiet;

    @BeforeEach
    void open() throws Exception {
        sources = new Sources(folder.resolve("pki"));
        start = Instant.now().toEpochMilli() - 700_000;
    }

    @AfterEach
    void close() throws Exception {
        sources.close();
    }

    /** 600 values as of ten minutes, a thousand times faster, in pages of 100, while the hub was not connected. */
    @Test
    void anOutageLeavesNothingMissingAndNothingDoubled() throws Exception {
        ScriptedServer server = start(0);
        OpcUaSource source = sources.start("N", "Quiet");
        await().atMost(RECOVERY).until(() -> source.status().up() && numbers().equals(List.of(0L)));

        server.close();
        await().atMost(RECOVERY).until(() -> !source.status().up());
        DataValue first = at(0);
        recorder.record("Quiet", first);
        recorder.record("N", first);
        start = Instant.now().toEpochMilli();
        step = 1;
        for (int i = 1; i <= MISSED; i++) {
            recorder.record("N", at(i));
        }
        quiet = first;
        await().until(() -> Instant.now().toEpochMilli() > start + MISSED);
        ScriptedServer again = start(MISSED); // the current value is the last of the history
        await().atMost(RECOVERY).until(() -> source.status().up() && last() >= MISSED);
        again.set("N", new DataValue(new Variant(MISSED + 1)));
        await().atMost(RECOVERY).until(() -> last() == MISSED + 1);

        assertThat(numbers())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(0, MISSED + 1).boxed().toList());
        List<Reading> good = good("N");
        assertThat(good).extracting(Reading::sourceTime).isSorted();
        assertThat(new HashSet<>(good.stream().map(Reading::sourceTime).toList()))
                .hasSameSizeAs(good);
        await().until(() -> good("Quiet").size() == 2);
        assertThat(sources.values("Quiet"))
                .as("without news in between: the gap is marked, then the old value confirmed")
                .extracting(Reading::quality)
                .containsExactly(Quality.GOOD, Quality.BAD_NO_COMMUNICATION, Quality.GOOD);
    }

    @Test
    void whatHappenedWhileTheHubItselfWasDownIsFilledIn() throws Exception {
        for (int i = 0; i <= 20; i++) {
            recorder.record("N", at(i));
        }
        start(20);

        sources.start(Map.of(Sources.node("N"), DataValues.time(at(5))), "N");

        await().atMost(RECOVERY).until(() -> last() == 20);
        assertThat(numbers())
                .containsExactlyElementsOf(LongStream.rangeClosed(6, 20).boxed().toList());
    }

    @Test
    void onlyTheNewestPartOfALongGapIsRead() throws Exception {
        sources.backfill = Optional.of(new OpcUaSourceFile.Backfill(Duration.ofSeconds(400)));
        for (int i = 0; i <= MISSED; i++) {
            recorder.record("N", at(i));
        }
        start(MISSED);

        sources.start(Map.of(Sources.node("N"), DataValues.time(at(0))), "N");

        await().atMost(RECOVERY).until(() -> last() == MISSED);
        assertThat(numbers().getFirst()).isBetween(250L, 420L);
        assertThat(numbers()).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aServerWithoutHistoryLeavesOneGapRecordForEachTag() throws Exception {
        ScriptedServer server = new ScriptedServer(sources.setup().with("N", 1));
        sources.closing(server);
        OpcUaSource source = sources.start("N");
        await().atMost(RECOVERY).until(() -> source.status().up() && !numbers().isEmpty());
        server.close();
        await().atMost(RECOVERY).until(() -> !source.status().up());

        sources.closing(new ScriptedServer(sources.setup().with("N", 2)));

        await().atMost(RECOVERY)
                .until(() -> sources.values("N").getLast().value().equals(Value.of(2L)));
        assertThat(sources.values("N"))
                .extracting(Reading::quality)
                .containsExactly(Quality.GOOD, Quality.BAD_NO_COMMUNICATION, Quality.GOOD);
        assertThat(sources.values("N")).extracting(Reading::sourceTime).isSorted();
    }

    private ScriptedServer start(int current) throws Exception {
        ScriptedServer.Setup setup = sources.setup().with("N", -1).with("Quiet", -1);
        setup.recorder = recorder;
        setup.historyPage = 100;
        setup.initial = Map.of("N", at(current), "Quiet", quiet == null ? at(0) : quiet);
        return sources.closing(new ScriptedServer(setup));
    }

    /** Value n, n steps after the start. */
    private DataValue at(int n) {
        DateTime time = new DateTime(Instant.ofEpochMilli(start + n * step));
        return new DataValue(new Variant(n), StatusCode.GOOD, time, DateTime.now());
    }

    private List<Reading> good(String name) {
        return sources.values(name).stream()
                .filter(r -> r.quality() == Quality.GOOD)
                .toList();
    }

    private List<Long> numbers() {
        return good("N").stream().map(r -> ((Value.Whole) r.value()).value()).toList();
    }

    private long last() {
        List<Long> numbers = numbers();
        return numbers.isEmpty() ? Long.MIN_VALUE : numbers.getLast();
    }
}
