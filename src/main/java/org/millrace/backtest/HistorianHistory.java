package org.millrace.backtest;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.millrace.historian.HistoryReader;
import org.millrace.plant.Tag;
import org.millrace.signal.Micros;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;

/**
 * The historian's values in the order of their source time, each as if it had arrived at that moment; between them ticks
 * at every whole multiple of the hub's tick. What came late in life is in its place here, and people's commands are not
 * kept in a historian.
 */
public final class HistorianHistory implements History {
    private static final int ROWS_WANTED = 200_000;
    private static final long FIRST_WINDOW = 60_000_000L;
    private static final long LONGEST_WINDOW = 86_400_000_000L;

    private final HistoryReader reader;
    private final Map<String, Integer> ids;
    private final long tick;
    private final Map<String, Integer> added = new HashMap<>();

    /**
     * @param tags whatever rules may look at
     * @param tickEvery as {@code tick_every} of the hub
     */
    public HistorianHistory(HistoryReader reader, Collection<Tag> tags, Duration tickEvery) throws SQLException {
        this.reader = reader;
        this.ids = reader.tagIds(tags.stream().map(Tag::path).toList());
        this.tick = Math.max(1, Micros.of(tickEvery));
    }

    @Override
    public int tagNumber(String path) {
        Integer id = ids.get(path);
        return id != null ? id : added.computeIfAbsent(path, p -> highest() + 1 + added.size());
    }

    private int highest() {
        return ids.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    @Override
    public void replay(List<Tag> tags, long from, long to, Sink sink, Progress progress) throws SQLException {
        List<Integer> wanted = new ArrayList<>();
        Set<Integer> marked = new HashSet<>();
        for (Tag tag : tags) {
            Integer id = ids.get(tag.path());
            if (id != null) {
                wanted.add(id);
                if (tag.staleAfter().isPresent()) {
                    marked.add(id);
                }
            }
        }
        long width = FIRST_WINDOW;
        long nextTick = Math.ceilDiv(from, tick) * tick;
        for (long at = from; at < to; ) {
            long end = Math.min(to, at + width);
            SampleBatch window = unmarked(reader.window(wanted, at, end), marked);
            nextTick = tell(window, nextTick, end, sink);
            at = end;
            progress.at((double) (at - from) / (to - from));
            long scaled = window.size() == 0 ? width * 4 : width * ROWS_WANTED / window.size();
            width = Math.clamp(scaled, 1_000_000, Math.min(LONGEST_WINDOW, width * 4));
        }
    }

    /** @return the first tick that is still to come at the window's end */
    private long tell(SampleBatch window, long firstTick, long end, Sink sink) {
        long nextTick = firstTick;
        int i = 0;
        while (i < window.size()) {
            long time = window.time(i);
            while (nextTick <= time) {
                sink.tick(nextTick);
                nextTick += tick;
            }
            int next = i + 1;
            while (next < window.size() && window.time(next) == time) {
                next++;
            }
            sink.samples(time, slice(window, i, next));
            i = next;
        }
        while (nextTick < end) {
            sink.tick(nextTick);
            nextTick += tick;
        }
        return nextTick;
    }

    /** Without the marks that say a tag has gone stale: as in life, the rules know that by themselves. */
    private static SampleBatch unmarked(SampleBatch window, Set<Integer> marked) {
        return select(
                window,
                0,
                window.size(),
                i -> window.quality(i) != Quality.UNCERTAIN_LAST_USABLE_VALUE || !marked.contains(window.tag(i)));
    }

    private static SampleBatch slice(SampleBatch window, int from, int to) {
        return select(window, from, to, i -> true);
    }

    private static SampleBatch select(SampleBatch window, int from, int to, IntPredicate which) {
        SampleBatch.Builder slice = SampleBatch.builder(to - from);
        for (int i = from; i < to; i++) {
            if (!which.test(i)) {
                continue;
            }
            if (window.kind(i) == SampleBatch.Kind.TEXT) {
                slice.addText(window.tag(i), window.time(i), window.text(i), window.quality(i));
            } else {
                slice.addBits(window.tag(i), window.time(i), window.kind(i), window.bits(i), window.quality(i));
            }
        }
        return slice.build();
    }
}
