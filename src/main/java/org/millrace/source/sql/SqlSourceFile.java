package org.millrace.source.sql;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.millrace.config.Default;
import org.millrace.config.Doc;
import org.millrace.config.Kind;
import org.millrace.config.Secret;
import org.millrace.source.table.LongForm;
import org.millrace.source.table.RowMapping;
import org.millrace.source.table.TimeColumn;

@Kind("SqlSource")
@Doc("A query on a database, polled by a column that grows.")
public record SqlSourceFile(
        @Doc("Id that asset files name in from:.") String id,

        @Doc("JDBC URL: jdbc:postgresql://host:5432/name, jdbc:sqlite:/path/file.db, or of a driver in drivers/.")
        String url,

        @Doc("User name.") Optional<String> user,

        @Doc("By reference: {{file-secret:name}} or {{env:NAME}}.")
        Optional<Secret> password,

        @Doc("One SELECT with :cursor and ORDER BY the cursor's column; :limit where the database can use it:"
                + " SELECT id, ts, temp FROM log WHERE id > :cursor ORDER BY id LIMIT :limit")
        String query,

        @Doc("The column that grows.") Cursor cursor,

        @Doc("How often it is asked for new rows.") @Default("10s")
        Duration poll,

        @Doc("Rows read at a time.") @Default("1000") int batch,

        @Doc("Longest wait for an answer.") @Default("30s") Duration timeout,

        @Doc("When: without it a value has the time at which it was read.")
        Optional<TimeColumn> time,

        @Doc("Device of all values, as tags name it.") @Default("")
        String device,

        @Doc("Column that names the device.") Optional<String> deviceColumn,

        @Doc("For queries with one value a row; without it every column but the cursor's is a signal.")
        Optional<LongForm> long_,

        @Doc("Columns that are not signals.") List<String> ignore,

        @Doc("Texts that say there is no value; NULL always does.")
        List<String> missing,

        @Doc("Without a new row for this long the source is shown as down: what fills the table has stopped.")
        Optional<Duration> silentAfter) {

    /** How the growing column is compared. */
    public enum Type {
        number,
        timestamp,
        timestamp_tz,
        text
    }

    public record Cursor(
            @Doc("Its name in the result.") String column,

            @Doc("number; timestamp (without zone); timestamp_tz; text (compared as the database does: ISO times in"
                    + " SQLite).")
            @Default("number")
            Type type,

            @Doc("Where the very first poll begins, exclusive; default 0, 1970-01-01T00:00:00, or the empty text.")
            Optional<String> start,

            @Doc("How far back is read again, for rows whose transaction ended after that of later ones: a number of"
                    + " ids, or a duration for times. What was seen is left out.")
            @Default("0")
            String overlap,

            @Doc("Columns by which a row is known again; default all of them.")
            List<String> key) {}

    RowMapping.Layout layout() {
        Set<String> not = new HashSet<>(ignore);
        not.add(cursor.column());
        return new RowMapping.Layout(time, deviceColumn, long_, not, new HashSet<>(missing), '.');
    }
}
