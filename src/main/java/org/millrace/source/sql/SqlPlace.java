package org.millrace.source.sql;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.millrace.signal.Reading;
import org.millrace.source.sql.SqlSourceFile.Type;

/**
 * Where a SQL source stands: the highest cursor value, and the rows that it has seen in the overlap before it.
 *
 * @param cursor empty before the first row
 * @param time µs of the last row, for the hour that the clock shows twice
 * @param seen in the order of their cursor values; at most {@value #MOST_SEEN}
 */
record SqlPlace(Optional<CursorValue> cursor, long time, List<Seen> seen) {
    /** Beyond it the overlap is as long as so many rows. */
    static final int MOST_SEEN = 10_000;

    /** @param row hash of what the row is known by */
    record Seen(CursorValue cursor, long row) {}

    static final SqlPlace START = new SqlPlace(Optional.empty(), Reading.NO_TIME, List.of());

    /** From where the next poll reads, exclusive. */
    CursorValue bound(SqlSourceFile.Cursor settings) {
        if (cursor.isEmpty()) {
            return settings.start()
                    .map(text -> CursorValue.parse(settings.type(), text))
                    .orElseGet(() -> CursorValue.first(settings.type()));
        }
        CursorValue bound = cursor.get().minus(settings.overlap());
        // what is not remembered any more must not be read again
        boolean cut = seen.size() >= MOST_SEEN && seen.getFirst().cursor().compareTo(bound) > 0;
        return cut ? seen.getFirst().cursor() : bound;
    }

    Set<Seen> seenRows() {
        return new HashSet<>(seen);
    }

    /** After these rows, in the order of their cursor values. */
    SqlPlace plus(List<Seen> rows, long lastTime, SqlSourceFile.Cursor settings) {
        CursorValue highest = cursor.orElse(rows.getFirst().cursor());
        for (Seen row : rows) {
            highest = row.cursor().compareTo(highest) > 0 ? row.cursor() : highest;
        }
        CursorValue from = highest.minus(settings.overlap());
        List<Seen> kept = new ArrayList<>(seen);
        kept.addAll(rows);
        kept.removeIf(row -> row.cursor().compareTo(from) < 0);
        kept.sort((a, b) -> a.cursor().compareTo(b.cursor()));
        List<Seen> newest = kept.subList(Math.max(0, kept.size() - MOST_SEEN), kept.size());
        return new SqlPlace(Optional.of(highest), lastTime, List.copyOf(newest));
    }

    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeUTF(cursor.map(CursorValue::toString).orElse(""));
            out.writeBoolean(cursor.isPresent());
            out.writeLong(time);
            out.writeInt(seen.size());
            for (Seen row : seen) {
                out.writeUTF(row.cursor().toString());
                out.writeLong(row.row());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** @throws IllegalArgumentException when the values are of another type: the configuration was changed */
    static SqlPlace of(byte[] bytes, Type type) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            String text = in.readUTF();
            Optional<CursorValue> cursor =
                    in.readBoolean() ? Optional.of(CursorValue.parse(type, text)) : Optional.empty();
            long time = in.readLong();
            int count = in.readInt();
            List<Seen> seen = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                seen.add(new Seen(CursorValue.parse(type, in.readUTF()), in.readLong()));
            }
            return new SqlPlace(cursor, time, List.copyOf(seen));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
