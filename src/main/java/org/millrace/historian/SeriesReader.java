package org.millrace.historian;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.millrace.historian.Series.Mode;
import org.millrace.historian.Series.Point;
import org.millrace.historian.SeriesQuery.TagRow;
import org.millrace.historian.TimeWeighted.Node;
import org.millrace.signal.Quality;
import org.millrace.signal.Value;

/** Reads one tag over one stretch of time on one connection. What is many rows becomes few in the database. */
final class SeriesReader {
    private static final String GOOD = "q >= 0 AND q < " + Quality.UNCERTAIN;
    private static final String IN_RANGE = "tag_id=? AND ts>=? AND ts<?";

    private final Dialect dialect;
    private final Connection connection;
    private final TagRow tag;
    private final long from;
    private final long to;
    private final String quality;

    /** @param numbers Good samples that are numbers */
    record Count(long n, long bad, long good, long numbers) {}

    /** @param width of one point, µs; 0 for samples */
    record Points(List<Point> points, long width) {}

    SeriesReader(Dialect dialect, Connection connection, TagRow tag, long from, long to, boolean anyQuality) {
        this.dialect = dialect;
        this.connection = connection;
        this.tag = tag;
        this.from = from;
        this.to = to;
        this.quality = anyQuality ? "" : " AND " + GOOD;
    }

    Count count() throws SQLException {
        String sql = "SELECT count(*), coalesce(sum(CASE WHEN q < 0 THEN 1 ELSE 0 END), 0),"
                + " coalesce(sum(CASE WHEN " + GOOD + " THEN 1 ELSE 0 END), 0),"
                + " coalesce(sum(CASE WHEN " + GOOD + " AND coalesce(v, vl) IS NOT NULL THEN 1 ELSE 0 END), 0)"
                + " FROM tag_sample WHERE " + IN_RANGE;
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            range(select, 1);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return new Count(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
            }
        }
    }

    Points read(Mode mode, int most, Count count) throws SQLException {
        long width = Math.max(1, Math.ceilDiv(to - from, most));
        return switch (mode) {
            case RAW -> new Points(raw(most), 0);
            case AVG -> new Points(buckets("avg(coalesce(v, vl))", "NULL", width), width);
            case MIN -> new Points(buckets("min(v)", "min(vl)", width, true), width);
            case MAX -> new Points(buckets("max(v)", "max(vl)", width, false), width);
            case TWA -> new Points(timeWeighted(width), width);
            case LTTB -> new Points(lttb(most, count), 0);
        };
    }

    private List<Point> raw(int most) throws SQLException {
        String sql = "SELECT " + dialect.micros("ts") + ", v, vl, vt, q FROM tag_sample WHERE " + IN_RANGE + quality
                + " ORDER BY ts LIMIT ?";
        List<Point> points = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            int next = range(select, 1);
            select.setInt(next, most);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    points.add(new Point(row.getLong(1), tag.value(row, 2), row.getInt(5)));
                }
            }
        }
        return points;
    }

    private List<Point> buckets(String real, String whole, long width) throws SQLException {
        return buckets(real, whole, width, true);
    }

    /** Whole numbers stay exact as long as a bucket holds nothing else. */
    private List<Point> buckets(String real, String whole, long width, boolean smaller) throws SQLException {
        String sql = "SELECT b, " + real + ", " + whole + " FROM (SELECT (" + dialect.micros("ts")
                + " - ?) / ? AS b, v, vl FROM tag_sample WHERE " + IN_RANGE + quality
                + " AND coalesce(v, vl) IS NOT NULL) s GROUP BY b ORDER BY b";
        List<Point> points = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, from);
            select.setLong(2, width);
            range(select, 3);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    double d = row.getDouble(2);
                    boolean hasReal = !row.wasNull();
                    long l = row.getLong(3);
                    boolean hasWhole = !row.wasNull();
                    Value value = !hasReal
                            ? Value.of(l)
                            : !hasWhole ? Value.of(d) : Value.of(smaller ? Math.min(d, l) : Math.max(d, l));
                    points.add(new Point(from + row.getLong(1) * width, value, Series.CALCULATED));
                }
            }
        }
        return points;
    }

    private List<Point> lttb(int most, Count count) throws SQLException {
        String micros = dialect.micros("ts");
        String numbers = " FROM tag_sample WHERE " + IN_RANGE + " AND " + GOOD + " AND coalesce(v, vl) IS NOT NULL";
        boolean tooMany = count.numbers() > SeriesQuery.MOST_ROWS;
        // too many to read: each small bucket's extremes keep the shape (MinMaxLTTB, Van Der Donckt et al. 2023)
        String sql = tooMany
                ? "SELECT min(CASE WHEN x = lo THEN t END), lo, min(CASE WHEN x = hi THEN t END), hi FROM"
                        + " (SELECT t, x, b, min(x) OVER (PARTITION BY b) AS lo, max(x) OVER (PARTITION BY b) AS hi FROM"
                        + " (SELECT " + micros + " AS t, coalesce(v, vl) AS x, (" + micros + " - ?) / ? AS b" + numbers
                        + ") r) s GROUP BY b, lo, hi ORDER BY b"
                : "SELECT " + micros + ", coalesce(v, vl)" + numbers + " ORDER BY ts";
        Line line = new Line();
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            int next = 1;
            if (tooMany) {
                select.setLong(next++, from);
                select.setLong(next++, Math.max(1, Math.ceilDiv(to - from, SeriesQuery.MOST_ROWS / 2)));
            }
            range(select, next);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    if (tooMany) {
                        line.addBoth(row.getLong(1), row.getDouble(2), row.getLong(3), row.getDouble(4));
                    } else {
                        line.add(row.getLong(1), row.getDouble(2));
                    }
                }
            }
        }
        return line.thinned(most);
    }

    /** Samples in time order. */
    private static final class Line {
        private long[] times = new long[1024];
        private double[] values = new double[1024];
        private int size;

        void add(long time, double value) {
            if (size == times.length) {
                times = Arrays.copyOf(times, size * 2);
                values = Arrays.copyOf(values, size * 2);
            }
            times[size] = time;
            values[size++] = value;
        }

        void addBoth(long lowTime, double low, long highTime, double high) {
            boolean lowFirst = lowTime < highTime;
            add(lowFirst ? lowTime : highTime, lowFirst ? low : high);
            if (lowTime != highTime) {
                add(lowFirst ? highTime : lowTime, lowFirst ? high : low);
            }
        }

        List<Point> thinned(int most) {
            List<Point> points = new ArrayList<>();
            for (int i : Lttb.select(Arrays.copyOf(times, size), Arrays.copyOf(values, size), most)) {
                points.add(new Point(times[i], Value.of(values[i]), Quality.GOOD));
            }
            return points;
        }
    }

    private List<Point> timeWeighted(long width) throws SQLException {
        TimeWeighted grid = new TimeWeighted(from, to, width, tag.step(), tag.limit());
        Optional<Node> before = neighbour("ts < ?", "t0 < ?", "DESC", from);
        List<Node> nodes = new ArrayList<>();
        within(width, grid, nodes);
        Optional<Node> after = neighbour("ts >= ?", "t0 >= ?", "ASC", to);
        Node last = before.orElse(null);
        for (int i = 0; i < nodes.size(); i += 2) {
            if (last != null) {
                grid.between(last, nodes.get(i));
            }
            last = nodes.get(i + 1);
        }
        if (last != null) {
            if (after.isPresent()) {
                grid.between(last, after.get());
            } else {
                grid.after(last);
            }
        }
        List<Point> points = new ArrayList<>();
        for (int b = 0; b < grid.buckets(); b++) {
            double average = grid.average(b);
            if (!Double.isNaN(average)) {
                points.add(new Point(from + b * width, Value.of(average), Series.CALCULATED));
            }
        }
        return points;
    }

    /** Sums what lies within buckets into the grid, and gives each bucket's first and last node. */
    private void within(long width, TimeWeighted grid, List<Node> nodes) throws SQLException {
        String inside = "CASE WHEN x IS NOT NULL AND nb = b AND nt - t <= ? THEN ";
        String end = tag.step() ? "x" : "coalesce(nx, x)";
        // a gap begins like a bad sample; at the same time as a sample it comes after it
        String sql = "WITH r AS (SELECT " + dialect.micros("ts") + " AS t, 0 AS m, CASE WHEN " + GOOD
                + " THEN coalesce(v, vl) END AS x, (" + dialect.micros("ts") + " - ?) / ? AS b FROM tag_sample WHERE "
                + IN_RANGE + " UNION ALL SELECT " + dialect.micros("t0") + ", 1, CAST(NULL AS DOUBLE PRECISION), ("
                + dialect.micros("t0")
                + " - ?) / ? FROM tag_gap WHERE tag_id=? AND t0>=? AND t0<?),"
                + " s AS (SELECT t, m, x, b, lead(t) OVER w AS nt, lead(x) OVER w AS nx, lead(b) OVER w AS nb,"
                + " lag(b) OVER w AS pb FROM r WINDOW w AS (ORDER BY t, m))"
                + " SELECT b, coalesce(sum(" + inside + "(x + " + end + ") / 2.0 * (nt - t) END), 0),"
                + " coalesce(sum(" + inside + "nt - t END), 0),"
                + " min(t), max(CASE WHEN pb IS NULL OR pb <> b THEN x END),"
                + " max(t), max(CASE WHEN nb IS NULL OR nb <> b THEN x END)"
                + " FROM s GROUP BY b ORDER BY b";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            int next = 1;
            for (int part = 0; part < 2; part++) {
                select.setLong(next++, from);
                select.setLong(next++, width);
                next = range(select, next);
            }
            long limit = tag.step() ? Long.MAX_VALUE : tag.limit();
            select.setLong(next++, limit);
            select.setLong(next, limit);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    grid.add(row.getInt(1), row.getDouble(2), row.getDouble(3));
                    nodes.add(node(row, 4));
                    nodes.add(node(row, 6));
                }
            }
        }
    }

    /** The sample or gap next to the stretch. */
    private Optional<Node> neighbour(String sample, String gap, String order, long at) throws SQLException {
        String sql = "SELECT t, x FROM (SELECT * FROM (SELECT " + dialect.micros("ts") + " AS t, CASE WHEN " + GOOD
                + " THEN coalesce(v, vl) END AS x, 0 AS m FROM tag_sample WHERE tag_id=? AND " + sample
                + " ORDER BY ts " + order + " LIMIT 1) a UNION ALL SELECT * FROM (SELECT " + dialect.micros("t0")
                + " AS t, CAST(NULL AS DOUBLE PRECISION) AS x, 1 AS m FROM tag_gap WHERE tag_id=? AND " + gap
                + " ORDER BY t0 " + order
                + " LIMIT 1) b) n ORDER BY t " + order + ", m " + order + " LIMIT 1";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            for (int part = 0; part < 2; part++) {
                select.setInt(1 + 2 * part, tag.id());
                dialect.setTime(select, 2 + 2 * part, at);
            }
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(node(row, 1)) : Optional.empty();
            }
        }
    }

    private static Node node(ResultSet row, int column) throws SQLException {
        long time = row.getLong(column);
        double value = row.getDouble(column + 1);
        return new Node(time, row.wasNull() ? Double.NaN : value);
    }

    private int range(PreparedStatement statement, int first) throws SQLException {
        statement.setInt(first, tag.id());
        dialect.setTime(statement, first + 1, from);
        dialect.setTime(statement, first + 2, to);
        return first + 3;
    }
}
