package org.millrace.source.table;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millrace.config.DidYouMean;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;

/**
 * Rows of the columns there are to readings. Wide form: every column that is not time or device is a signal of its
 * own. Long form: a row is one value. Immutable, thread-safe.
 */
public final class RowMapping {
    /**
     * How rows are read, as configured.
     *
     * @param ignore columns that are not signals
     * @param missing cells that say there is no value, without white space around
     * @param decimal the sign before the decimals of numbers that come as text
     */
    public record Layout(
            Optional<TimeColumn> time,
            Optional<String> deviceColumn,
            Optional<LongForm> longForm,
            Set<String> ignore,
            Set<String> missing,
            char decimal) {}

    /** Which fields must be numbers: what is not, is told with its place instead of later without. */
    @FunctionalInterface
    public interface Numeric {
        boolean test(String device, String field);
    }

    /** The columns do not have what the configuration names. */
    public static final class ColumnMissingException extends Exception {
        private final String column;
        private final String hint;

        ColumnMissingException(String column, String hint) {
            super("there is no column '" + column + "'");
            this.column = column;
            this.hint = hint;
        }

        public String column() {
            return column;
        }

        public String hint() {
            return hint;
        }
    }

    /** @param column index of the cell, from 0 */
    public record CellProblem(int column, String reason, String message, String hint) {}

    /**
     * What became of a row.
     *
     * @param time µs, for {@link #read} of the next row; {@link Reading#NO_TIME} when it has none
     * @param problems what could not be read; the readings beside are good
     */
    public record Row(List<Reading> readings, long time, List<CellProblem> problems) {}

    private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,18}");
    private static final Pattern DECIMAL =
            Pattern.compile("[+-]?(\\d{1,300}(\\.\\d{0,300})?|\\.\\d{1,300})([eE][+-]?\\d{1,3})?");
    private static final int NONE = -1;

    private final Layout layout;
    private final List<String> columns;
    private final Numeric numeric;
    private final @Nullable CellTimes times;
    private final int time;
    private final int clock;
    private final int device;
    private final int signal;
    private final int value;
    private final int quality;
    private final Set<String> good;
    private final Set<String> uncertain;
    private final List<Integer> signals = new ArrayList<>();

    /** @param columns their names, in order */
    public RowMapping(Layout layout, List<String> columns, Numeric numeric) throws ColumnMissingException {
        this.layout = layout;
        this.columns = List.copyOf(columns);
        this.numeric = numeric;
        Optional<TimeColumn> at = layout.time();
        Optional<LongForm> form = layout.longForm();
        times = at.map(t -> CellTimes.of(t.format(), t.zone())).orElse(null);
        time = index(at.map(TimeColumn::column));
        clock = index(at.flatMap(TimeColumn::clockColumn));
        device = index(layout.deviceColumn());
        signal = index(form.map(LongForm::signal));
        value = index(form.map(LongForm::value));
        quality = index(form.flatMap(LongForm::quality));
        good = lower(form.map(LongForm::goodWords).orElse(List.of()));
        uncertain = lower(form.map(LongForm::uncertainWords).orElse(List.of()));
        for (int i = 0; i < columns.size() && form.isEmpty(); i++) {
            String name = columns.get(i);
            if (i != time
                    && i != clock
                    && i != device
                    && !name.isEmpty()
                    && !layout.ignore().contains(name)) {
                signals.add(i);
            }
        }
    }

    private int index(Optional<String> name) throws ColumnMissingException {
        if (name.isEmpty()) {
            return NONE;
        }
        return indexOf(name.get());
    }

    /** The index of a column, from 0. */
    public int indexOf(String name) throws ColumnMissingException {
        int found = columns.indexOf(name);
        if (found < 0) {
            throw new ColumnMissingException(name, DidYouMean.hint(name, columns));
        }
        return found;
    }

    private static Set<String> lower(List<String> words) {
        Set<String> lower = new HashSet<>();
        words.forEach(word -> lower.add(word.strip().toLowerCase(Locale.ROOT)));
        return lower;
    }

    /** Names of the columns that are signals; empty in long form, where the rows name them. */
    public List<String> fields() {
        return signals.stream().map(columns::get).toList();
    }

    public List<String> columns() {
        return columns;
    }

    /**
     * @param cells as many as columns
     * @param deviceName of rows without a device of their own
     * @param before µs of the row before; {@link Reading#NO_TIME} without
     * @param otherwise µs, for rows without a time column
     */
    public Row read(List<? extends @Nullable Object> cells, String deviceName, long before, long otherwise) {
        long at = otherwise;
        if (times != null) {
            try {
                at = times.micros(timeCell(cells), before);
            } catch (CellTimes.UnreadableException e) {
                return refused(time, "bad-time", String.valueOf(e.getMessage()), e.hint());
            }
        }
        String from = device == NONE ? deviceName : text(cells.get(device));
        if (device != NONE && from.isEmpty()) {
            return refused(device, "no-device", "the device's name is empty", "");
        }
        return layout.longForm().isPresent() ? one(cells, from, at) : all(cells, from, at);
    }

    private Object timeCell(List<? extends @Nullable Object> cells) {
        Object cell = cells.get(time);
        return clock == NONE ? cell == null ? "" : cell : text(cell) + " " + text(cells.get(clock));
    }

    private static Row refused(int column, String reason, String message, String hint) {
        return new Row(List.of(), Reading.NO_TIME, List.of(new CellProblem(column, reason, message, hint)));
    }

    private Row one(List<? extends @Nullable Object> cells, String from, long at) {
        String field = text(cells.get(signal));
        if (field.isEmpty()) {
            return refused(signal, "no-signal", "the signal's name is empty", "");
        }
        int code = quality == NONE ? Quality.GOOD : code(text(cells.get(quality)));
        Value read = value(cells.get(value));
        if (Quality.isBad(code) && read instanceof Value.Text) {
            read = Value.NONE; // what stands there instead of a number
        } else if (isWrong(read, from, field)) {
            return refused(value, "wrong-type", notANumber(cells.get(value), field), hint());
        }
        if (read instanceof Value.None && Quality.isGood(code)) {
            code = Quality.BAD;
        }
        return new Row(List.of(new Reading(from, field, read, at, code)), at, List.of());
    }

    private Row all(List<? extends @Nullable Object> cells, String from, long at) {
        List<Reading> readings = new ArrayList<>(signals.size());
        List<CellProblem> problems = new ArrayList<>(0);
        for (int i : signals) {
            Value read = value(cells.get(i));
            String field = columns.get(i);
            if (read instanceof Value.None) {
                continue; // the signal has no value at this time
            }
            if (isWrong(read, from, field)) {
                problems.add(new CellProblem(i, "wrong-type", notANumber(cells.get(i), field), hint()));
            } else {
                readings.add(new Reading(from, field, read, at, Quality.GOOD));
            }
        }
        return new Row(readings, at, problems);
    }

    private boolean isWrong(Value read, String from, String field) {
        return read instanceof Value.Text && numeric.test(from, field);
    }

    private static String notANumber(@Nullable Object cell, String field) {
        String shown = text(cell);
        return "'" + (shown.length() > 40 ? shown.substring(0, 40) + "…" : shown) + "' in '" + field
                + "' is not a number";
    }

    private String hint() {
        return layout.decimal() == '.'
                ? "is it a decimal comma? write decimal: \",\"; a word for no value belongs into missing"
                : "a word for no value belongs into missing";
    }

    private int code(String written) {
        String word = written.toLowerCase(Locale.ROOT);
        return good.contains(word) ? Quality.GOOD : uncertain.contains(word) ? Quality.UNCERTAIN : Quality.BAD;
    }

    private static String text(@Nullable Object cell) {
        return cell == null ? "" : cell.toString().strip();
    }

    private Value value(@Nullable Object cell) {
        return switch (cell) {
            case null -> Value.NONE;
            case Boolean flag -> Value.of(flag.booleanValue());
            case Long whole -> Value.of(whole.longValue());
            case Integer whole -> Value.of(whole.longValue());
            case Short whole -> Value.of(whole.longValue());
            case BigInteger whole ->
                whole.bitLength() < 64 ? Value.of(whole.longValue()) : Value.of(whole.doubleValue());
            case BigDecimal number -> Value.of(number.doubleValue());
            case Number number -> real(number.doubleValue());
            default -> written(cell.toString().strip());
        };
    }

    /** NaN is how some databases say that there is nothing. */
    private static Value real(double number) {
        return Double.isNaN(number) ? Value.NONE : Value.of(number);
    }

    private Value written(String text) {
        if (text.isEmpty() || layout.missing().contains(text)) {
            return Value.NONE;
        }
        if (WHOLE.matcher(text).matches()) {
            return Value.of(Long.parseLong(text));
        }
        String number =
                layout.decimal() == '.' ? text : text.indexOf('.') >= 0 ? "" : text.replace(layout.decimal(), '.');
        if (DECIMAL.matcher(number).matches()) {
            return Value.of(Double.parseDouble(number));
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> Value.of(true);
            case "false" -> Value.of(false);
            default -> Value.of(text);
        };
    }
}
