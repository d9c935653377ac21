package org.millrace.source.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.millrace.signal.Reading;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.SourceBatch.Payloads;
import org.millrace.source.SourceBatch.Readings;
import org.millrace.source.SourceBatch.Undecodable;
import org.millrace.source.table.RowMapping;
import org.millrace.source.table.RowMapping.CellProblem;
import org.millrace.source.table.RowMapping.ColumnMissingException;

/**
 * Rows of one query to readings. A row that cannot be read becomes a dead letter: its columns as JSON, under
 * {@code source: column = cursor value}.
 */
public final class RowDecoder {
    /** The format of such dead letters. */
    public static final String FORMAT = "sql-row";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final SqlSourceFile file;
    private final RowMapping mapping;
    private final int cursor;
    private final int[] key;
    private final List<Reading> readings = new ArrayList<>();
    private final List<Undecodable> undecodable = new ArrayList<>();
    private long time;

    /** @param lastTime µs of the row before; {@link Reading#NO_TIME} without */
    RowDecoder(SqlSourceFile file, List<String> columns, RowMapping.Numeric numeric, long lastTime)
            throws ColumnMissingException {
        this.file = file;
        this.mapping = new RowMapping(file.layout(), columns, numeric);
        this.cursor = mapping.indexOf(file.cursor().column());
        List<String> named = file.cursor().key();
        this.key = new int[named.isEmpty() ? columns.size() : named.size()];
        for (int i = 0; i < key.length; i++) {
            key[i] = named.isEmpty() ? i : mapping.indexOf(named.get(i));
        }
        this.time = lastTime;
    }

    /** @throws IllegalArgumentException when there is none, or one of another type */
    CursorValue cursor(List<@Nullable Object> cells) {
        Object value = cells.get(cursor);
        if (value == null) {
            throw new IllegalArgumentException(
                    "the cursor's column '" + file.cursor().column() + "' is NULL in a row");
        }
        return CursorValue.of(file.cursor().type(), value);
    }

    SqlPlace.Seen seen(List<@Nullable Object> cells) {
        CRC32C first = new CRC32C();
        java.util.zip.CRC32 second = new java.util.zip.CRC32();
        for (int i : key) {
            Object cell = cells.get(i);
            byte[] text = (cell == null
                            ? "\0"
                            : cell instanceof byte[] b ? java.util.Arrays.toString(b) : cell.toString())
                    .getBytes(StandardCharsets.UTF_8);
            first.update(text);
            first.update(1);
            second.update(text);
            second.update(1);
        }
        return new SqlPlace.Seen(cursor(cells), first.getValue() << 32 | second.getValue());
    }

    void decode(List<@Nullable Object> cells, long now) {
        // rows without a time of their own must not have the same one
        RowMapping.Row row = mapping.read(cells, file.device(), time, now + readings.size());
        if (file.time().isPresent() && row.time() != Reading.NO_TIME) {
            time = row.time();
        }
        readings.addAll(row.readings());
        if (!row.problems().isEmpty()) {
            undecodable.add(letter(cells, row.problems(), now));
        }
    }

    private Undecodable letter(List<@Nullable Object> cells, List<CellProblem> problems, long now) {
        ObjectNode json = JSON.createObjectNode();
        for (int i = 0; i < cells.size(); i++) {
            Object cell = cells.get(i);
            json.put(mapping.columns().get(i), cell == null ? null : cell.toString());
        }
        CellProblem first = problems.getFirst();
        String place = file.id() + ": " + file.cursor().column() + " = " + cells.get(cursor);
        StringBuilder detail =
                new StringBuilder(place + ", column '" + mapping.columns().get(first.column()) + "': ");
        detail.append(first.message());
        problems.stream().skip(1).forEach(more -> detail.append("; ").append(more.message()));
        detail.append(first.hint().isEmpty() ? "" : ". " + first.hint());
        Payload payload = new Payload(place, json.toString().getBytes(StandardCharsets.UTF_8), FORMAT, Map.of(), now);
        return new Undecodable(payload, first.reason(), detail.toString());
    }

    /** Names of the columns that are signals; empty in long form. */
    List<String> fields() {
        return mapping.fields();
    }

    /** µs of the last row. */
    long time() {
        return time;
    }

    /** What has come together, and a fresh start. */
    Readings take(long hubTime) {
        Readings batch = new Readings(file.id(), hubTime, List.copyOf(readings), List.copyOf(undecodable));
        readings.clear();
        undecodable.clear();
        return batch;
    }

    /** Dead letters of this source once more, with the configuration as it is now. */
    public static Readings replay(SqlSourceFile file, Payloads letters, RowMapping.Numeric numeric) {
        List<Reading> readings = new ArrayList<>();
        List<Undecodable> undecodable = new ArrayList<>();
        for (Payload letter : letters.payloads()) {
            try {
                JsonNode row = JSON.readTree(letter.bytes());
                List<String> columns = new ArrayList<>();
                List<@Nullable Object> cells = new ArrayList<>();
                row.fields().forEachRemaining(cell -> {
                    columns.add(cell.getKey());
                    cells.add(cell.getValue().isNull() ? null : cell.getValue().asText());
                });
                RowDecoder decoder = new RowDecoder(file, columns, numeric, Reading.NO_TIME);
                decoder.decode(cells, letter.hubTime());
                readings.addAll(decoder.readings);
                undecodable.addAll(decoder.undecodable);
            } catch (IOException | ColumnMissingException e) {
                undecodable.add(new Undecodable(letter, "bad-row", String.valueOf(e.getMessage())));
            }
        }
        return new Readings(letters.source(), letters.hubTime(), readings, undecodable);
    }
}
