package org.millrace.why;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.millrace.historian.HistoryReader;
import org.millrace.plant.Tag;
import org.millrace.rule.BoundRule;
import org.millrace.rule.RuleProbe;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;
import org.millrace.why.Explanation.Band;
import org.millrace.why.Explanation.Point;

/** One rule on one asset over a stretch of the historian: its values, and how it stood. */
final class RuleReplay {
    private static final int MOST_POINTS = 1_500;
    private static final long TICK = 1_000_000;
    private static final int MOST_TICKS = 20_000;

    /**
     * @param last how it stood at the end
     * @param inputs what it knew at the end
     */
    record Replayed(List<Point> points, List<Band> bands, RuleProbe.State last, List<String> inputs) {}

    private final HistoryReader reader;

    RuleReplay(HistoryReader reader) {
        this.reader = reader;
    }

    /** @param warmUp µs before {@code from} that are replayed without being told */
    Replayed run(BoundRule rule, long from, long to, long warmUp) throws SQLException {
        RuleProbe probe = new RuleProbe(rule);
        List<Tag> tags = probe.tags();
        Map<String, Integer> ids = reader.tagIds(tags.stream().map(Tag::path).toList());
        Map<Integer, Integer> places = new HashMap<>();
        for (int i = 0; i < tags.size(); i++) {
            Integer id = ids.get(tags.get(i).path());
            if (id != null) {
                places.put(id, i);
            }
        }
        Run run = new Run(probe, places, from, rule.measure().isPresent());
        run.until(from - warmUp);
        run.take(reader.lastBefore(places.keySet(), from - warmUp));
        run.take(reader.window(places.keySet(), from - warmUp, from));
        run.until(from);
        run.step = Math.max(TICK, (to - from) / MOST_TICKS);
        run.take(reader.window(places.keySet(), from, to));
        run.until(to);
        return run.result(to);
    }

    private static final class Run {
        private final RuleProbe probe;
        private final Map<Integer, Integer> places;
        private final long from;
        /** What is compared with the limits is not the value of the input. */
        private final boolean measured;

        private final List<Point> points = new ArrayList<>();
        private final List<Band> bands = new ArrayList<>();
        private RuleProbe.State last;
        private long bandFrom;
        private long time = Long.MIN_VALUE;
        private long step = TICK * 60;

        Run(RuleProbe probe, Map<Integer, Integer> places, long from, boolean measured) {
            this.probe = probe;
            this.places = places;
            this.from = from;
            this.measured = measured;
            this.bandFrom = from;
            this.last = probe.state(from);
        }

        void take(SampleBatch batch) {
            for (int i = 0; i < batch.size(); i++) {
                until(batch.time(i));
                Integer place = places.get(batch.tag(i));
                if (place == null) {
                    continue;
                }
                stand(probe.sample(place, batch, i));
                if (!measured && place == 0 && batch.time(i) >= from) {
                    points.add(new Point(batch.time(i), batch.number(i), Quality.isGood(batch.quality(i))));
                }
            }
        }

        /** Time passes in steps, so that delays run out and values go stale where nothing is sent. */
        void until(long to) {
            if (time != Long.MIN_VALUE) {
                for (long at = time + step; at < to; at += step) {
                    stand(probe.tick(at));
                }
            }
            if (to > time) {
                stand(probe.tick(to));
            }
            time = Math.max(time, to);
        }

        private void stand(RuleProbe.State now) {
            if (measured && now.time() >= from) {
                points.add(new Point(now.time(), now.value(), now.phase() != RuleProbe.Phase.INPUT_UNKNOWN));
            }
            if (now.phase() != last.phase() || !now.level().equals(last.level())) {
                band(now.time());
            }
            last = now;
        }

        private void band(long end) {
            if (end > from && end > bandFrom) {
                bands.add(
                        new Band(bandFrom, end, last.phase().name().toLowerCase(java.util.Locale.ROOT), last.level()));
                bandFrom = end;
            }
        }

        Replayed result(long to) {
            band(to);
            return new Replayed(thinned(), List.copyOf(bands), last, probe.inputs());
        }

        /** The extremes of every stretch, so that a short peak is still seen. */
        private List<Point> thinned() {
            if (points.size() <= MOST_POINTS) {
                return List.copyOf(points);
            }
            List<Point> thin = new ArrayList<>();
            int width = Math.ceilDiv(points.size() * 2, MOST_POINTS);
            for (int at = 0; at < points.size(); at += width) {
                List<Point> part = points.subList(at, Math.min(points.size(), at + width));
                Point low = part.getFirst();
                Point high = part.getFirst();
                for (Point point : part) {
                    low = !(point.value() >= low.value()) ? point : low;
                    high = !(point.value() <= high.value()) ? point : high;
                }
                thin.add(low.time() <= high.time() ? low : high);
                if (low.time() != high.time()) {
                    thin.add(low.time() <= high.time() ? high : low);
                }
            }
            return List.copyOf(thin);
        }
    }
}
