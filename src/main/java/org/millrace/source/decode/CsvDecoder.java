package org.millrace.source.decode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch.Payload;

/**
 * Lines of separated values (RFC 4180), one record a line.
 *
 * <p>The map: {@code columns} names them in order, separated by commas ({@code -} leaves one out); without it the first
 * line does. {@code separator} (default comma; {@code tab}), {@code decimal} (default dot). {@code time} is
 * {@code .column}, RFC 3339 with an offset or an epoch number; {@code device} is {@code .column} or a text with
 * {@code $topic[n]}, by default the topic. An empty cell has no value and is Bad. A line of the wrong length or with a
 * time that cannot be read is refused, the others are kept.
 */
final class CsvDecoder implements Decoder {
    private static final Set<String> KEYS = Set.of("columns", "separator", "decimal", "time", "device");
    private static final int MOST_COLUMNS = 1_000;

    @Override
    public void decode(Payload payload, Sink out) {
        Optional<String> problem = problemOf(payload.map());
        Optional<String> text = PlainDecoder.utf8(payload.bytes());
        if (payload.bytes().length == 0) {
            out.undecodable(payload, Reasons.EMPTY, "the payload of '" + payload.topic() + "' has no bytes");
        } else if (problem.isPresent()) {
            out.undecodable(payload, Reasons.BAD_MAP, problem.get());
        } else if (text.isEmpty()) {
            out.undecodable(payload, Reasons.MALFORMED, "not UTF-8");
        } else {
            lines(text.get(), payload, out);
        }
    }

    /** What is wrong with a map of this format; empty when it will work. */
    static Optional<String> problemOf(Map<String, String> map) {
        for (String key : map.keySet()) {
            if (!KEYS.contains(key)) {
                return Optional.of(
                        "map has the key '" + key + "'; it may have columns, separator, decimal, time, device");
            }
        }
        String separator = map.getOrDefault("separator", ",");
        String decimal = map.getOrDefault("decimal", ".");
        if (separator.length() != 1 && !separator.equals("tab")) {
            return Optional.of("map.separator is '" + separator + "'; write one character, or tab");
        }
        if (!decimal.equals(".") && !decimal.equals(",") || decimal.equals(separator)) {
            return Optional.of("map.decimal is '" + decimal + "'; write \".\" or \",\", and another separator");
        }
        String time = map.getOrDefault("time", ".time");
        if (!time.startsWith(".") || time.length() < 2) {
            return Optional.of("map.time is '" + time + "'; write the column with a dot before it, e.g. .ts");
        }
        return Optional.empty();
    }

    private static void lines(String text, Payload payload, Sink out) {
        Map<String, String> map = payload.map();
        String written = map.getOrDefault("separator", ",");
        char separator = written.equals("tab") ? '\t' : written.charAt(0);
        List<List<String>> records = records(text, separator);
        List<String> columns = map.containsKey("columns")
                ? List.of(map.getOrDefault("columns", "").split("\\s*,\\s*", -1))
                : records.isEmpty() ? List.of() : records.getFirst();
        int before = out.size();
        for (int i = 0; i < records.size(); i++) {
            List<String> cells = records.get(i);
            if (i == 0 && cells.equals(columns)) {
                continue; // the header
            }
            if (cells.size() != columns.size() || cells.size() > MOST_COLUMNS) {
                out.undecodable(
                        payload,
                        Reasons.MALFORMED,
                        "line " + (i + 1) + " has " + cells.size() + " cells, the columns are " + columns.size());
            } else {
                line(i + 1, columns, cells, payload, out);
            }
        }
        if (out.size() == before) {
            out.undecodable(payload, Reasons.NO_READINGS, "no line beside the names of the columns");
        }
    }

    private static void line(int number, List<String> columns, List<String> cells, Payload payload, Sink out) {
        Map<String, String> map = payload.map();
        String timeColumn = map.getOrDefault("time", ".time").substring(1);
        String deviceFrom = map.getOrDefault("device", payload.topic());
        char decimal = map.getOrDefault("decimal", ".").charAt(0);
        OptionalLong time = OptionalLong.of(Reading.NO_TIME);
        String device = deviceFrom.startsWith(".") ? "" : JsonMap.fill(deviceFrom, payload.topic());
        Found found = new Found();
        for (int i = 0; i < columns.size(); i++) {
            String column = columns.get(i);
            String cell = cells.get(i);
            if (column.equals(timeColumn)) {
                time = Times.text(decimal == ',' ? cell.replace(',', '.') : cell);
            } else if (deviceFrom.equals("." + column)) {
                device = cell.strip();
            } else if (!column.equals("-") && !column.isEmpty()) {
                Value value = PlainDecoder.value(cell, decimal);
                found.add(column, value);
            }
        }
        if (map.containsKey("time") && !columns.contains(timeColumn)) {
            time = OptionalLong.empty();
        }
        if (device.isEmpty()) {
            out.undecodable(payload, Reasons.NO_DEVICE, "line " + number + ": map.device finds nothing");
        } else if (time.isEmpty()) {
            out.undecodable(
                    payload,
                    Reasons.BAD_TIME,
                    "line " + number + ": column '" + timeColumn
                            + "' is neither RFC 3339 with an offset nor an epoch number");
        } else {
            found.into(out, payload, device, time.getAsLong());
        }
    }

    /** Cells of every line that is not blank; quotes double inside quotes. */
    static List<List<String>> records(String text, char separator) {
        List<List<String>> records = new ArrayList<>();
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
        for (int i = 0; i <= body.length(); i++) {
            char c = i == body.length() ? '\n' : body.charAt(i);
            if (quoted && i < body.length()) {
                if (c != '"') {
                    cell.append(c);
                } else if (i + 1 < body.length() && body.charAt(i + 1) == '"') {
                    cell.append(c);
                    i++;
                } else {
                    quoted = false;
                }
            } else if (c == '"' && cell.isEmpty()) {
                quoted = true;
            } else if (c == separator) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else if (c == '\n') {
                cells.add(cell.toString());
                cell.setLength(0);
                if (cells.size() > 1 || !cells.getFirst().isBlank()) {
                    records.add(List.copyOf(cells));
                }
                cells.clear();
            } else if (c != '\r') {
                cell.append(c);
            }
        }
        return records;
    }
}
