package org.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.store.AssetContext.Entry;
import org.millrace.store.AssetContext.Valid;

/** What held when: an answer for a time stays what it was, whatever is said later of later. */
class AssetContextIT {
    private static final Map<String, String> A = Map.of("order", "A");
    private static final Map<String, String> B = Map.of("order", "B");

    @TempDir
    Path folder;

    private OperationalStore store;
    private AssetContext context;

    @BeforeEach
    void open() throws Exception {
        store = OperationalStore.open(folder);
        context = store.assetContext();
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** One reading, as the poller does it. */
    private List<Entry> said(long now, Entry... entries) {
        List<Entry> changes = context.changes("mes", List.of(entries), now);
        context.keep("mes", changes, now);
        return changes;
    }

    private Map<String, String> at(long time) {
        return context.asOf("M", time).stream().findFirst().map(Valid::fields).orElse(Map.of());
    }

    @Test
    void holdsFromWhenTheSourceSaysAndEndsWhenItSaysNothing() {
        assertThat(said(100, new Entry("M", 50, A))).hasSize(1);
        assertThat(said(110, new Entry("M", 50, A))).as("no news").isEmpty();
        said(200, new Entry("M", 190, B));
        assertThat(List.of(at(49), at(50), at(189), at(190))).containsExactly(Map.of(), A, A, B);
        said(300);
        assertThat(List.of(at(189), at(299), at(300))).containsExactly(A, B, Map.of());
        assertThat(said(310)).as("the end is told once").isEmpty();
        assertThat(context.lastRead("mes")).isEqualTo(310);
    }

    @Test
    void withoutATimeOfItsOwnItHoldsFromTheReading() {
        said(100, new Entry("M", 100, A));
        assertThat(said(110, new Entry("M", 110, A))).isEmpty();
        said(120, new Entry("M", 120, B));
        assertThat(List.of(at(99), at(119), at(120))).containsExactly(Map.of(), A, B);
    }

    @Test
    void whatTheSourceTakesBackHoldsFromThen() {
        said(100, new Entry("M", 50, A));
        said(200, new Entry("M", 190, B));
        said(250, new Entry("M", 50, A));
        assertThat(List.of(at(100), at(249), at(250))).containsExactly(A, B, A);
        assertThat(said(260, new Entry("M", 50, A))).isEmpty();
    }

    @Test
    void survivesARestartAndForgetsOnlyWhatEndedLongAgo() throws Exception {
        said(100, new Entry("M", 50, A));
        said(200, new Entry("M", 190, B));
        store.close();
        open();
        assertThat(at(195)).isEqualTo(B);
        assertThat(context.prune(180)).isZero();
        assertThat(at(185)).isEqualTo(A);
        assertThat(context.prune(1_000)).isEqualTo(1);
        assertThat(List.of(at(185), at(2_000))).containsExactly(Map.of(), B);
    }
}
