package org.millrace.source.file;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millrace.signal.Reading;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.SourceBatch.Payloads;
import org.millrace.source.SourceBatch.Readings;
import org.millrace.source.SourceBatch.Undecodable;
import org.millrace.source.file.CsvLine.BadLineException;
import org.millrace.source.table.RowMapping;
import org.millrace.source.table.RowMapping.CellProblem;
import org.millrace.source.table.RowMapping.ColumnMissingException;

/**
 * Lines of one file to readings. What cannot be read becomes a dead letter whose topic is {@code file:line:column} and
 * whose bytes are the header line and the line, so that it can be replayed by itself.
 */
public final class LineDecoder {
    /** The format of such dead letters. */
    public static final String FORMAT = "file-line";

    /** The file cannot be read at all: it is not what the configuration says. */
    static final class BadHeaderException extends Exception {
        BadHeaderException(String place, String message, String hint) {
            super(place + ": " + message + (hint.isEmpty() ? "" : " (" + hint + ")"));
        }
    }

    private final FileSourceFile file;
    private final CsvLine csv;
    private final String name;
    private final String device;
    private final RowMapping mapping;
    private final byte[] headerBytes;
    private final List<String> header;
    private final List<Reading> readings = new ArrayList<>();
    private final List<Undecodable> undecodable = new ArrayList<>();
    private long time = Reading.NO_TIME;

    private LineDecoder(
            FileSourceFile file,
            CsvLine csv,
            String name,
            String device,
            byte[] headerBytes,
            List<String> header,
            RowMapping mapping) {
        this.file = file;
        this.csv = csv;
        this.name = name;
        this.device = device;
        this.headerBytes = headerBytes;
        this.header = header;
        this.mapping = mapping;
    }

    /** @param headerLine null when the configuration names the columns */
    static LineDecoder of(
            FileSourceFile file,
            String name,
            String device,
            LineReader.@Nullable Line headerLine,
            RowMapping.Numeric numeric)
            throws BadHeaderException {
        CsvLine csv = new CsvLine(file.encoding(), file.separatorSign(), file.quote());
        String place = name + ":" + (headerLine == null ? 1 : headerLine.number());
        byte[] bytes = headerLine == null ? new byte[0] : headerLine.bytes();
        List<String> columns = file.columns();
        try {
            if (headerLine != null) {
                columns = csv.cells(csv.text(bytes, headerLine.number() == 1)).stream()
                        .map(String::strip)
                        .toList();
            }
            Set<String> seen = new HashSet<>();
            for (String column : columns) {
                if (!column.isEmpty() && !seen.add(column)) {
                    throw new BadHeaderException(
                            place, "two columns are called '" + column + "'", "name them in columns");
                }
            }
            return new LineDecoder(
                    file, csv, name, device, bytes, columns, new RowMapping(file.layout(), columns, numeric));
        } catch (BadLineException e) {
            throw new BadHeaderException(place + ":" + e.column(), String.valueOf(e.getMessage()), e.hint());
        } catch (ColumnMissingException e) {
            throw new BadHeaderException(place, String.valueOf(e.getMessage()), e.hint());
        }
    }

    /** The device that a file's name says; the configured one otherwise. Empty when the name should say it and does not. */
    static String device(FileSourceFile file, String name) {
        if (file.deviceFromName().isEmpty()) {
            return file.device();
        }
        Matcher found = Pattern.compile(file.deviceFromName().get()).matcher(name);
        return found.find() && found.group(1) != null ? found.group(1) : "";
    }

    /** A dead letter of this source once more, with the configuration as it is now. */
    public static Readings replay(FileSourceFile file, Payloads letters, RowMapping.Numeric numeric) {
        List<Reading> readings = new ArrayList<>();
        List<Undecodable> undecodable = new ArrayList<>();
        for (Payload letter : letters.payloads()) {
            byte[] bytes = letter.bytes();
            int end = file.columns().isEmpty() ? new String(bytes, StandardCharsets.ISO_8859_1).indexOf('\n') : -1;
            String name = letter.topic().replaceFirst(":\\d+(:\\d+)?$", "");
            try {
                LineReader.Line first = file.columns().isEmpty()
                        ? new LineReader.Line(1, 0, java.util.Arrays.copyOf(bytes, Math.max(0, end)), true, false)
                        : null;
                LineDecoder decoder = of(file, name, device(file, name), first, numeric);
                byte[] rest = java.util.Arrays.copyOfRange(bytes, end + 1, bytes.length);
                decoder.decode(new LineReader.Line(2, 0, rest, true, false), letter.hubTime());
                readings.addAll(decoder.readings);
                undecodable.addAll(decoder.undecodable);
            } catch (BadHeaderException e) {
                undecodable.add(new Undecodable(letter, "bad-header", String.valueOf(e.getMessage())));
            }
        }
        return new Readings(letters.source(), letters.hubTime(), readings, undecodable);
    }

    RowMapping mapping() {
        return mapping;
    }

    /** µs of the last row. */
    long time() {
        return time;
    }

    void continueFrom(long lastTime) {
        time = lastTime;
    }

    int size() {
        return readings.size() + undecodable.size();
    }

    /** What has come together, and a fresh start. */
    Readings take(long hubTime) {
        Readings batch = new Readings(file.id(), hubTime, List.copyOf(readings), List.copyOf(undecodable));
        readings.clear();
        undecodable.clear();
        return batch;
    }

    void decode(LineReader.Line line, long now) {
        if (line.tooLong()) {
            bad(line, 1, "too-large", "the line is longer than " + LineReader.LONGEST + " bytes", "", now);
            return;
        }
        try {
            String text = csv.text(line.bytes(), line.number() == 1);
            if (text.isBlank()) {
                return;
            }
            List<String> cells = csv.cells(text);
            if (cells.stream().map(String::strip).toList().equals(header)) {
                return; // loggers write it again when they start
            }
            List<String> row = fitted(cells, text);
            if (file.deviceFromName().isPresent() && device.isEmpty()) {
                throw new BadLineException(
                        1, "device_from_name finds no device in '" + name + "'", "correct the expression");
            }
            // rows without a time of their own must not have the same one
            RowMapping.Row read = mapping.read(row, device, time, now + readings.size());
            if (file.time().isPresent() && read.time() != Reading.NO_TIME) {
                time = read.time();
            }
            readings.addAll(read.readings());
            problems(line, text, read.problems(), now);
        } catch (BadLineException e) {
            bad(line, e.column(), "malformed", String.valueOf(e.getMessage()), e.hint(), now);
        }
    }

    /** Separators at the end of a line that has nothing more are no cells. */
    private List<String> fitted(List<String> cells, String text) throws BadLineException {
        int columns = header.size();
        if (cells.size() > columns
                && cells.subList(columns, cells.size()).stream().allMatch(String::isBlank)) {
            return cells.subList(0, columns);
        }
        if (cells.size() != columns) {
            throw new BadLineException(
                    csv.columnOf(text, Math.min(cells.size(), columns)),
                    "the line has " + cells.size() + " cells, there are " + columns + " columns",
                    cells.size() == 1 ? "is the separator right?" : "");
        }
        return cells;
    }

    private void problems(LineReader.Line line, String text, List<CellProblem> problems, long now) {
        if (problems.isEmpty()) {
            return;
        }
        CellProblem first = problems.getFirst();
        StringBuilder message = new StringBuilder(first.message());
        problems.stream().skip(1).forEach(more -> message.append("; ").append(more.message()));
        bad(line, csv.columnOf(text, first.column()), first.reason(), message.toString(), first.hint(), now);
    }

    private void bad(LineReader.Line line, int column, String reason, String message, String hint, long now) {
        String place = name + ":" + line.number() + ":" + column;
        byte[] bytes = new byte[headerBytes.length + 1 + line.bytes().length];
        int start = 0;
        if (file.columns().isEmpty()) {
            System.arraycopy(headerBytes, 0, bytes, 0, headerBytes.length);
            bytes[headerBytes.length] = '\n';
            start = headerBytes.length + 1;
        }
        System.arraycopy(line.bytes(), 0, bytes, start, line.bytes().length);
        byte[] kept = java.util.Arrays.copyOf(bytes, start + line.bytes().length);
        Payload payload = new Payload(place, kept, FORMAT, java.util.Map.of(), now);
        undecodable.add(new Undecodable(payload, reason, place + ": " + message + (hint.isEmpty() ? "" : ". " + hint)));
    }
}
