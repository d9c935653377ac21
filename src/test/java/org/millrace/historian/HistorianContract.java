package org.millrace.historian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.historian.Historian.Result;
import org.millrace.historian.Series.Mode;
import org.millrace.historian.Series.Point;
import org.millrace.journal.Journal;
import org.millrace.plant.Asset;
import org.millrace.plant.AssetFile.Criticality;
import org.millrace.plant.Plant;
import org.millrace.plant.Tag;
import org.millrace.signal.Quality;
import org.millrace.signal.Sample;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;

/** What every database must do alike. */
abstract class HistorianContract {
    static final long NOW = Instant.parse("2026-11-22T12:00:00Z").getEpochSecond() * 1_000_000;
    static final long SECOND = 1_000_000;

    @TempDir
    Path folder;

    Historian historian;
    private long sequence;

    /** Settings of an empty database. */
    abstract HistorianFile settings() throws SQLException;

    /** Makes the database itself refuse the value 666. */
    abstract void refuse666() throws SQLException;

    @BeforeEach
    void open() throws SQLException {
        historian = Historian.open(settings(), folder, r -> r, () -> NOW);
    }

    @AfterEach
    void close() {
        historian.close();
    }

    static String path(int tag) {
        return "acme/lyon/hall/line/p-1/tag-" + tag;
    }

    Result write(Sample... samples) throws SQLException {
        return historian.write(
                List.of(new Journal.Entry.Samples(++sequence, NOW, "plc", SampleBatch.of(List.of(samples)))),
                HistorianContract::path);
    }

    static Sample real(int tag, long time, double value) {
        return new Sample(tag, time, Value.of(value), Quality.GOOD);
    }

    void sql(String... statements) throws SQLException {
        try (Connection connection = historian.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void redeliveredBatchStoresNothingTwiceAndTheFirstValueStays() throws SQLException {
        assertThat(write(real(1, NOW, 1), real(2, NOW, 2))).isEqualTo(new Result(2, 0, List.of()));
        assertThat(write(real(1, NOW, 99), real(2, NOW, 2), real(1, NOW + 1, 3)))
                .isEqualTo(new Result(1, 2, List.of()));
        // and a batch that doubles itself
        assertThat(write(real(3, NOW, 5), real(3, NOW, 6))).isEqualTo(new Result(1, 1, List.of()));
        assertThat(historian.query().count()).isEqualTo(4);
        assertThat(raw(1)).containsExactly(new Point(NOW, Value.of(1.0), 0), new Point(NOW + 1, Value.of(3.0), 0));
        assertThat(raw(3)).containsExactly(new Point(NOW, Value.of(5.0), 0));
    }

    @Test
    void everyKindOfValueComesBackToTheBit() throws SQLException {
        write(
                new Sample(1, NOW, Value.of(9_007_199_254_740_993L), Quality.GOOD),
                new Sample(1, NOW + 1, Value.of(Long.MIN_VALUE), Quality.GOOD),
                new Sample(2, NOW, Value.of(true), Quality.GOOD),
                new Sample(3, NOW, Value.of("läuft 🏭"), Quality.GOOD),
                new Sample(4, NOW, Value.of(-0.1 + 1e-17), Quality.UNCERTAIN_LAST_USABLE_VALUE),
                new Sample(5, NOW, Value.NONE, Quality.BAD_NO_COMMUNICATION),
                new Sample(5, NOW + 1, Value.of(7.5), Quality.BAD_SENSOR_FAILURE));
        assertThat(raw(1))
                .extracting(Point::value)
                .containsExactly(Value.of(9_007_199_254_740_993L), Value.of(Long.MIN_VALUE));
        assertThat(raw(2)).extracting(Point::value).containsExactly(Value.of(true));
        assertThat(raw(3)).extracting(Point::value).containsExactly(Value.of("läuft 🏭"));
        assertThat(raw(4)).containsExactly(new Point(NOW, Value.of(-0.1 + 1e-17), Quality.UNCERTAIN_LAST_USABLE_VALUE));
        assertThat(raw(5))
                .containsExactly(
                        new Point(NOW, Value.NONE, Quality.BAD_NO_COMMUNICATION),
                        new Point(NOW + 1, Value.of(7.5), Quality.BAD_SENSOR_FAILURE));
        Series good = historian
                .query()
                .series(path(5), NOW, NOW + SECOND, Mode.RAW, 10)
                .orElseThrow();
        assertThat(good.points()).isEmpty();
        assertThat(good.n()).isEqualTo(2);
        assertThat(good.nBad()).isEqualTo(2);
        assertThat(good.percentGood()).isZero();
    }

    @Test
    void oldAndFutureTimesAreKeptButTheFutureIsNeverTheLastValue() throws SQLException {
        long in2013 = Instant.parse("2013-03-05T06:07:08.000009Z").getEpochSecond() * SECOND + 9;
        long tenYearsAhead = NOW + 3650L * 86_400 * SECOND;
        long unixZero = 0;
        long year1900 = Instant.parse("1900-01-01T00:00:00Z").getEpochSecond() * SECOND;
        assertThat(write(
                                real(1, NOW, 1),
                                real(1, in2013, 2),
                                real(1, tenYearsAhead, 3),
                                real(1, unixZero, 4),
                                real(1, year1900, 5))
                        .rows())
                .isEqualTo(5);
        write(real(1, NOW - SECOND, 6)); // late
        assertThat(historian.query().last(path(1)).orElseThrow().value()).isEqualTo(Value.of(1.0));
        assertThat(raw(1))
                .extracting(Point::time)
                .containsExactly(year1900, unixZero, in2013, NOW - SECOND, NOW, tenYearsAhead);
        assertThat(write(real(1, Long.MIN_VALUE, 1)).rejected())
                .singleElement()
                .satisfies(r -> assertThat(r.reason()).isEqualTo("time-out-of-range"));
        assertThat(write(real(9, Long.MAX_VALUE, 1)).rows()).isEqualTo(1);
    }

    @Test
    void poisonIsHandedBackAloneAndItsNeighboursAreStored() throws SQLException {
        write(real(1, NOW, 0));
        refuse666();
        Sample[] samples = new Sample[1000];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = real(i % 10, NOW + 1 + i, i == 123 || i == 777 ? 666 : -i);
        }
        samples[500] = real(5, NOW + 501, Double.NaN);
        samples[501] = new Sample(6, NOW + 502, Value.of("half \uD83C"), Quality.GOOD);
        Result result = write(samples);
        assertThat(result.rows()).isEqualTo(996);
        assertThat(result.duplicates()).isZero();
        assertThat(result.rejected())
                .extracting(r -> r.reason() + " " + r.sample().time() + " " + r.tagPath() + " " + r.source())
                .containsExactlyInAnyOrder(
                        "refused " + (NOW + 124) + " " + path(3) + " plc",
                        "refused " + (NOW + 778) + " " + path(7) + " plc",
                        "not-a-number " + (NOW + 501) + " " + path(5) + " plc",
                        "bad-text " + (NOW + 502) + " " + path(6) + " plc");
        assertThat(write(samples)).satisfies(again -> {
            assertThat(again.rows()).isZero();
            assertThat(again.duplicates()).isEqualTo(996);
            assertThat(again.rejected()).hasSize(4);
        });
    }

    @Test
    void everyModeAgreesWithABruteForceReference() throws SQLException {
        Random random = new Random(7);
        List<Sample> samples = new ArrayList<>();
        long time = NOW;
        while (time < NOW + 3000 * SECOND) {
            boolean bad = random.nextInt(20) == 0;
            samples.add(new Sample(1, time, Value.of(random.nextDouble()), bad ? Quality.BAD : Quality.GOOD));
            time += 1 + random.nextLong(random.nextInt(30) == 0 ? 300 * SECOND : 5 * SECOND);
        }
        write(samples.toArray(Sample[]::new));
        historian.gap(path(1), NOW + 1000 * SECOND, NOW + 1100 * SECOND, "disconnected");
        long from = NOW + 333 * SECOND;
        long to = NOW + 2777 * SECOND;
        Map<Long, List<Double>> buckets = new HashMap<>();
        for (Sample s : samples) {
            if (s.time() >= from && s.time() < to && s.quality() == 0) {
                buckets.computeIfAbsent((s.time() - from) / (4 * 61 * SECOND + SECOND / 10 * 4), k -> new ArrayList<>())
                        .add(((Value.Real) s.value()).value());
            }
        }
        for (Mode mode : List.of(Mode.AVG, Mode.MIN, Mode.MAX)) {
            Series series =
                    historian.query().series(path(1), from, to, mode, 10).orElseThrow();
            assertThat(series.resolution()).isEqualTo(4 * 61 * SECOND + SECOND / 10 * 4);
            assertThat(series.points()).hasSize(buckets.size());
            for (Point point : series.points()) {
                var stats = buckets.get((point.time() - from) / series.resolution()).stream()
                        .mapToDouble(d -> d)
                        .summaryStatistics();
                double expected =
                        mode == Mode.AVG ? stats.getAverage() : mode == Mode.MIN ? stats.getMin() : stats.getMax();
                assertThat(((Value.Real) point.value()).value()).isCloseTo(expected, within(1e-9));
            }
        }
        for (boolean step : new boolean[] {false, true}) {
            sql("UPDATE tag SET step = " + (step ? "true" : "false") + ", comp_max_ms = 60000");
            for (int points : new int[] {1, 10, 500}) {
                Series series = historian
                        .query()
                        .series(path(1), from, to, Mode.TWA, points)
                        .orElseThrow();
                Map<Long, Double> expected = timeWeighted(samples, from, to, points, step);
                assertThat(series.points())
                        .extracting(Point::time)
                        .containsExactlyElementsOf(
                                expected.keySet().stream().sorted().toList());
                for (Point point : series.points()) {
                    assertThat(((Value.Real) point.value()).value())
                            .isCloseTo(expected.get(point.time()), within(1e-6));
                }
            }
        }
    }

    /** The definition, spelled out millisecond-free: each stretch between neighbours cut at every bucket's edge. */
    private static Map<Long, Double> timeWeighted(List<Sample> samples, long from, long to, int points, boolean step) {
        long width = Math.ceilDiv(to - from, points);
        List<double[]> nodes = new ArrayList<>(); // time relative to NOW, value or NaN
        for (Sample s : samples) {
            nodes.add(new double[] {s.time() - NOW, s.quality() == 0 ? ((Value.Real) s.value()).value() : Double.NaN});
        }
        nodes.add(new double[] {1000.0 * SECOND, Double.NaN});
        nodes.sort((a, b) -> Double.compare(a[0], b[0]));
        Map<Long, Double> averages = new HashMap<>();
        for (long start = from; start < to; start += width) {
            double lo = start - NOW;
            double hi = Math.min(to, start + width) - NOW;
            double area = 0;
            double duration = 0;
            for (int i = 0; i + 1 < nodes.size(); i++) {
                double[] a = nodes.get(i);
                double[] b = nodes.get(i + 1);
                double s = Math.max(lo, a[0]);
                double e = Math.min(hi, b[0]);
                if (Double.isNaN(a[1]) || e <= s || !step && b[0] - a[0] > 60 * SECOND) {
                    continue;
                }
                double end = step || Double.isNaN(b[1]) ? a[1] : b[1];
                double atS = a[1] + (end - a[1]) * (s - a[0]) / (b[0] - a[0]);
                double atE = a[1] + (end - a[1]) * (e - a[0]) / (b[0] - a[0]);
                area += (atS + atE) / 2 * (e - s);
                duration += e - s;
            }
            if (duration > 0) {
                averages.put(start, area / duration);
            }
        }
        return averages;
    }

    @Test
    void lttbKeepsASpikeAlsoWhenThereAreTooManyRowsToRead() throws SQLException {
        int n = SeriesQuery.MOST_ROWS + 20_000;
        SampleBatch.Builder batch = SampleBatch.builder(n);
        for (int i = 0; i < n; i++) {
            batch.addReal(1, NOW + i * SECOND, i == 54_321 ? 1000 : Math.sin(i / 1000.0), 0);
        }
        historian.write(List.of(new Journal.Entry.Samples(1, NOW, "plc", batch.build())), HistorianContract::path);
        Series series = historian
                .query()
                .series(path(1), NOW, NOW + n * SECOND, Mode.LTTB, 200)
                .orElseThrow();
        assertThat(series.points()).hasSize(200).isSortedAccordingTo((a, b) -> Long.compare(a.time(), b.time()));
        assertThat(series.points()).contains(new Point(NOW + 54_321 * SECOND, Value.of(1000.0), 0));
        assertThat(series.n()).isEqualTo(n);
        assertThat(historian
                        .query()
                        .series(path(1), NOW, NOW + 100 * SECOND, Mode.LTTB, 200)
                        .orElseThrow()
                        .points())
                .hasSize(100);
    }

    @Test
    void theViewAndTheTagsDescriptionServeSqlPeople() throws SQLException {
        Tag speed = tag(1, "mm/s", Map.of());
        Tag state = tag(2, "", Map.of("1", "RUN"));
        historian.describe(new Plant(List.of(new Asset(
                "p-1", "Pump", "acme/lyon/hall/line/p-1", "pump", Criticality.A, Map.of(), List.of(speed, state)))));
        write(real(1, NOW, 7.1), new Sample(2, NOW, Value.of(1L), Quality.GOOD));
        try (Connection connection = historian.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT value, unit, quality FROM tag_v WHERE path='" + path(1) + "'")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getDouble(1)).isEqualTo(7.1);
            assertThat(row.getString(2)).isEqualTo("mm/s");
            assertThat(row.getInt(3)).isZero();
        }
        assertThat(historian.query().lastAll())
                .containsExactly(
                        new LastValue(path(1), "mm/s", NOW, Value.of(7.1), 0, NOW),
                        new LastValue(path(2), "", NOW, Value.of("RUN"), 0, NOW));
        assertThat(historian.query().tagCount()).isEqualTo(2);
        assertThat(historian.query().last("no/such/tag")).isEmpty();
        assertThat(historian.query().series("no/such/tag", 0, 1, Mode.RAW, 1)).isEmpty();
    }

    private static Tag tag(int n, String unit, Map<String, String> states) {
        return new Tag(
                path(n),
                "tag-" + n,
                "p-1",
                new Tag.Origin("plc", "", "x", "default"),
                unit,
                1,
                0,
                Double.NEGATIVE_INFINITY,
                100,
                states,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void aDatabaseOfANewerProgramIsRefused() throws SQLException {
        write(real(1, NOW, 1));
        sql("UPDATE historian_schema SET version = 99");
        HistorianFile same = reopened();
        assertThatThrownBy(() -> Historian.open(same, folder, r -> r, () -> NOW))
                .isInstanceOf(NewerSchemaException.class)
                .hasMessageContaining("version 99");
    }

    @Test
    void whatWasStoredIsThereAfterReopening() throws SQLException {
        write(real(1, NOW, 1));
        historian.close();
        historian = Historian.open(reopened(), folder, r -> r, () -> NOW);
        assertThat(write(real(1, NOW, 1), real(2, NOW, 1))).isEqualTo(new Result(1, 1, List.of()));
    }

    /** Settings of the same database again. */
    abstract HistorianFile reopened();

    List<Point> raw(int tag) throws SQLException {
        return historian
                .query()
                .series(path(tag), Long.MIN_VALUE, Long.MAX_VALUE, Mode.RAW, 100_000, true)
                .orElseThrow()
                .points();
    }
}
