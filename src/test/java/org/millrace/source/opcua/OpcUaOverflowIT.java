package org.millrace.source.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;

/** A server whose queue is too short drops values while everybody is well: they are fetched, or their loss is told. */
class OpcUaOverflowIT {
    private static final Duration RECOVERY = Duration.ofSeconds(30);
    private static final int VALUES = 40;

    @TempDir
    Path folder;

    private Sources sources;
    private final ScriptedServer.Recorder recorder = new ScriptedServer.Recorder();

    @BeforeEach
    void open() throws Exception {
        sources = new Sources(folder.resolve("pki"));
        sources.queue = 5;
    }

    @AfterEach
    void close() throws Exception {
        sources.close();
    }

    @Test
    void whatTheQueueCouldNotHoldIsReadFromTheHistoryInOrder() throws Exception {
        sources.publishEvery = Duration.ofSeconds(3);
        ScriptedServer server = server(true);
        sources.start("N");
        await().atMost(RECOVERY).until(() -> !numbers().isEmpty());

        change(server, 1, VALUES);

        await().atMost(RECOVERY).until(() -> numbers().size() > VALUES);
        assertThat(numbers())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(0, VALUES).boxed().toList());
        assertThat(sources.values("N"))
                .as("nothing is marked as missing: nothing is")
                .noneMatch(r -> Quality.isBad(r.quality()));
        assertThat(sources.values("N")).extracting(Reading::sourceTime).isSorted();
    }

    @Test
    void withoutHistoryTheLossIsToldWhereItWas() throws Exception {
        sources.publishEvery = Duration.ofSeconds(3);
        ScriptedServer server = server(false);
        sources.start("N");
        await().atMost(RECOVERY).until(() -> !numbers().isEmpty());

        change(server, 1, VALUES);

        await().atMost(RECOVERY).until(() -> numbers().getLast() == VALUES);
        assertThat(sources.values("N"))
                .filteredOn(r -> Quality.isBad(r.quality()))
                .isNotEmpty()
                .allMatch(r -> r.quality() == Quality.BAD_DATA_LOST);
        assertThat(sources.values("N")).extracting(Reading::sourceTime).isSorted();
        assertThat(numbers()).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void withoutBackfillTheLossIsToldAtOnce() throws Exception {
        sources.publishEvery = Duration.ofSeconds(3);
        sources.backfill = Optional.of(new OpcUaSourceFile.Backfill(Duration.ZERO));
        ScriptedServer server = server(true);
        sources.start("N");
        await().atMost(RECOVERY).until(() -> !numbers().isEmpty());

        change(server, 1, VALUES);

        await().atMost(RECOVERY).until(() -> numbers().getLast() == VALUES);
        assertThat(sources.values("N")).anyMatch(r -> r.quality() == Quality.BAD_DATA_LOST);
        assertThat(recorder.calls).isZero();
    }

    /** A resumed session has no gap but what the queue could not hold, and a later outage begins where it begins. */
    @Test
    void aResumedSessionFetchesOnlyWhatItsQueueCouldNotHold() throws Exception {
        ScriptedServer server = server(true);
        CutProxy proxy = sources.closing(new CutProxy(sources.port));
        sources.connectTo = proxy.port();
        OpcUaSource source = sources.start("N");
        await().atMost(RECOVERY).until(() -> !numbers().isEmpty());

        proxy.cut();
        await().atMost(RECOVERY).until(() -> !source.status().up());
        change(server, 1, VALUES);
        proxy.restore();

        await().atMost(RECOVERY).until(() -> numbers().size() > VALUES);
        await().atMost(RECOVERY).until(() -> source.status().up());
        assertThat(numbers())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(0, VALUES).boxed().toList());
        server.set("N", VALUES + 1);
        await().atMost(RECOVERY).until(() -> numbers().getLast() == VALUES + 1);
        long resumed = sources.values("N").getLast().sourceTime();
        recorder.earliest = Long.MAX_VALUE;

        server.close();
        await().atMost(RECOVERY).until(() -> !source.status().up());
        server(true).set("N", VALUES + 2);

        await().atMost(RECOVERY).until(() -> numbers().contains(VALUES + 2L) && recorder.earliest != Long.MAX_VALUE);
        assertThat(recorder.earliest)
                .as("the refill begins with the second outage, but for what may have been under way")
                .isGreaterThan(resumed - Duration.ofSeconds(11).toNanos() / 1000);
        assertThat(numbers()).isSorted().doesNotHaveDuplicates();
    }

    private ScriptedServer server(boolean history) throws Exception {
        ScriptedServer.Setup setup = sources.setup().with("N", 0);
        setup.recorder = history ? recorder : null;
        return sources.closing(new ScriptedServer(setup));
    }

    /** Each of them is sampled: they change more slowly than that. */
    private static void change(ScriptedServer server, int first, int last) {
        for (int i = first; i <= last; i++) {
            server.set("N", i);
            int n = i;
            await().pollDelay(Duration.ofMillis(60)).until(() -> n > 0);
        }
    }

    private List<Long> numbers() {
        return sources.values("N").stream()
                .filter(r -> Quality.isGood(r.quality()))
                .map(r -> ((Value.Whole) r.value()).value())
                .toList();
    }
}
