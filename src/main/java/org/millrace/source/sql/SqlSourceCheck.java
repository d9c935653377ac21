package org.millrace.source.sql;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.millrace.config.Positions;
import org.millrace.config.Problem;
import org.millrace.source.table.TableCheck;

/** What can be told of a SQL source without its database. */
public final class SqlSourceCheck {
    private static final Pattern PASSWORD = Pattern.compile("(?i)password\\s*=|://[^/@\\s]+:[^/@\\s]+@");
    private static final Pattern OWN_LIMIT =
            Pattern.compile("\\b(limit\\s+\\d|top\\s*\\(?\\s*\\d|fetch\\s+(first|next)\\s+\\d|rownum\\s*<)");
    private static final Duration LEAST_POLL = Duration.ofMillis(100);
    private static final int MOST_BATCH = 100_000;

    private final SqlSourceFile file;
    private final Positions positions;
    private final List<Problem> problems = new ArrayList<>();

    private SqlSourceCheck(SqlSourceFile file, Positions positions) {
        this.file = file;
        this.positions = positions;
    }

    public static List<Problem> problems(SqlSourceFile file, Positions positions) {
        SqlSourceCheck check = new SqlSourceCheck(file, positions);
        check.connection();
        check.query();
        check.cursor();
        file.time().ifPresent(time -> TableCheck.time(time, positions, check.problems));
        return check.problems;
    }

    private void error(String key, String message, String hint) {
        problems.add(positions.of(file, key).error(message, hint));
    }

    private void connection() {
        if (PASSWORD.matcher(file.url()).find()) {
            error("url", "a password must not stand in the URL", "password: \"{{file-secret:" + file.id() + "}}\"");
        } else if (!file.url().startsWith("jdbc:")) {
            error("url", "'" + file.url() + "' is not a JDBC URL", "e.g. jdbc:postgresql://host:5432/name");
        } else {
            try {
                DriverManager.getDriver(file.url());
            } catch (SQLException e) {
                String[] parts = file.url().split(":", 3);
                error(
                        "url",
                        "there is no driver for jdbc:" + (parts.length > 1 ? parts[1] : ""),
                        "put its jar into the folder drivers/ beside the launcher; PostgreSQL and SQLite are there");
            }
        }
        if (file.poll().compareTo(LEAST_POLL) < 0) {
            error("poll", "the database would be asked without a pause", "at least 100ms; 10s is usual");
        }
        if (file.timeout().compareTo(Duration.ofSeconds(1)) < 0) {
            error("timeout", "a timeout under a second", "at least 1s");
        }
        if (file.batch() < 2 || file.batch() > MOST_BATCH) {
            error("batch", "batch is " + file.batch(), "2 to " + MOST_BATCH);
        }
        file.silentAfter()
                .filter(d -> d.compareTo(file.poll()) <= 0)
                .ifPresent(d -> error(
                        "silent_after",
                        "the database is asked less often than that",
                        "longer than poll, and than rows come"));
    }

    private void query() {
        NamedQuery query;
        try {
            query = NamedQuery.parse(file.query());
        } catch (IllegalArgumentException e) {
            error("query", String.valueOf(e.getMessage()), "SELECT … WHERE id > :cursor ORDER BY id LIMIT :limit");
            return;
        }
        String text = query.bare().toLowerCase(Locale.ROOT);
        if (!text.matches("(?s)\\(?\\s*(select|with)\\b.*")) {
            error("query", "this is not a SELECT", "the hub only reads");
        }
        if (text.contains(";")) {
            error("query", "a query is one statement, without a semicolon", "remove what follows it");
        }
        if (!query.has("cursor")) {
            error("query", "the query has no :cursor", "WHERE " + file.cursor().column() + " > :cursor");
        }
        if (!Pattern.compile("\\border\\s+by\\b").matcher(text).find()) {
            error("query", "the rows have no order", "ORDER BY " + file.cursor().column());
        }
        if (OWN_LIMIT.matcher(text).find()) {
            error("query", "a limit of its own would cut rows of one cursor value apart", "LIMIT :limit, with batch:");
        }
    }

    private void cursor() {
        SqlSourceFile.Cursor cursor = file.cursor();
        String overlap = CursorValue.overlapProblem(cursor.type(), cursor.overlap());
        if (!overlap.isEmpty()) {
            problems.add(positions
                    .of(cursor, "overlap")
                    .error(
                            overlap,
                            switch (cursor.type()) {
                                case number -> "a number of ids, e.g. 500";
                                case text -> "remove it; only numbers and times have an overlap";
                                default -> "a duration, e.g. 2m";
                            }));
        }
        cursor.start().ifPresent(start -> {
            try {
                CursorValue.parse(cursor.type(), start);
            } catch (IllegalArgumentException e) {
                problems.add(positions
                        .of(cursor, "start")
                        .error(
                                "'" + start + "' is not a " + cursor.type(),
                                switch (cursor.type()) {
                                    case number -> "e.g. 0";
                                    case timestamp -> "e.g. \"2026-01-01T00:00:00\"";
                                    default -> "e.g. \"2026-01-01T00:00:00Z\"";
                                }));
            }
        });
    }
}
