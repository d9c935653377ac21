package org.millrace.source.sql;

import java.sql.SQLException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.millrace.signal.Reading;
import org.millrace.source.table.RowMapping.ColumnMissingException;

/** Asks a database once, for {@code hub check --online}: two rows at most, to see the columns. */
public final class DatabaseInquiry {
    /**
     * @param key of the configuration that a trouble is about
     * @param trouble a sentence; empty when there is none
     * @param fields columns that are signals; empty in long form
     */
    public record Answer(String key, String trouble, String hint, List<String> fields) {}

    private DatabaseInquiry() {}

    /** @param secrets reference to plain text */
    public static Answer ask(SqlSourceFile file, UnaryOperator<String> secrets) {
        try (DatabaseLink link = DatabaseLink.open(file, secrets)) {
            return columns(file, link);
        } catch (SQLException | RuntimeException e) {
            return trouble("url", "cannot connect: " + text(e), "");
        }
    }

    private static Answer columns(SqlSourceFile file, DatabaseLink link) {
        try {
            CursorValue start = SqlPlace.START.bound(file.cursor());
            DatabaseLink.Page page = link.page(NamedQuery.parse(file.query()), start, 2);
            RowDecoder rows = new RowDecoder(file, page.columns(), (device, field) -> false, Reading.NO_TIME);
            page.rows().forEach(rows::cursor);
            return new Answer("", "", "", rows.fields());
        } catch (ColumnMissingException e) {
            return trouble("query", String.valueOf(e.getMessage()), e.hint());
        } catch (SQLException | RuntimeException e) {
            return trouble("query", text(e), "");
        }
    }

    private static Answer trouble(String key, String message, String hint) {
        return new Answer(key, message, hint, List.of());
    }

    private static String text(Exception e) {
        return String.valueOf(e.getMessage()).replaceAll("\\s*\\n\\s*", " ");
    }
}
