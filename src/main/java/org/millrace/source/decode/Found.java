package org.millrace.source.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch.Payload;

/**
 * The values of one payload while its device and time are not yet known: they may stand after the readings.
 *
 * <p>An object in an object is flattened with dots, {@code {"motor":{"rpm":1}}} is the field {@code motor.rpm}, unless
 * it is a value with its own quality or time: {@code {"value":1,"quality":"bad","time":"…","unit":"…"}}. A JSON null
 * has no value and Bad quality: the device knows the field and says that it has nothing. Arrays are refused one by one.
 */
final class Found {
    private static final String VALUE = "value";
    private static final String QUALITY = "quality";
    private static final String TIME = "time";

    private record Item(String field, Value value, long time, int quality) {}

    private record Fault(String reason, String detail) {}

    private final List<Item> items = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>(0);

    void add(String field, Value value) {
        items.add(new Item(field, value, Reading.NO_TIME, value == Value.NONE ? Quality.BAD : Quality.GOOD));
    }

    /** A value with a time and quality of its own; without a value the quality is Bad at best. */
    void add(String field, Value value, long time, int quality) {
        boolean hollow = value == Value.NONE && !Quality.isBad(quality);
        items.add(new Item(field, value, time, hollow ? Quality.BAD : quality));
    }

    void fault(String reason, String detail) {
        faults.add(new Fault(reason, detail));
    }

    /** Members of the object at the parser, each under {@code prefix}. */
    void object(JsonParser p, String prefix) throws IOException {
        for (String name = p.nextFieldName(); name != null; name = p.nextFieldName()) {
            p.nextToken();
            value(p, prefix.isEmpty() ? name : prefix + '.' + name);
        }
    }

    /** The value at the parser, as {@code field}. */
    void value(JsonParser p, String field) throws IOException {
        JsonToken token = p.currentToken();
        switch (token) {
            case START_OBJECT -> nested(p, field);
            case START_ARRAY -> {
                p.skipChildren();
                fault(
                        Reasons.WRONG_TYPE,
                        "'" + field + "' is a list; a reading is one number, text, true, false or null");
            }
            default -> add(field, scalar(p));
        }
    }

    /** The elements of the list at the parser: objects with {@code name}, {@code value} and perhaps more. */
    void list(JsonParser p) throws IOException {
        int index = 0;
        for (JsonToken token = p.nextToken(); token != JsonToken.END_ARRAY; token = p.nextToken(), index++) {
            if (token == JsonToken.START_OBJECT) {
                named(p, index);
            } else {
                p.skipChildren();
                fault(Reasons.WRONG_TYPE, "element " + index + " of the readings is not an object with name and value");
            }
        }
    }

    /** Hands everything over; {@code time} stands in for readings without one of their own. */
    void into(Sink out, Payload payload, String device, long time) {
        for (Item item : items) {
            long own = item.time() == Reading.NO_TIME ? time : item.time();
            out.reading(new Reading(device, item.field(), item.value(), own, item.quality()));
        }
        for (Fault fault : faults) {
            out.undecodable(payload, fault.reason(), fault.detail());
        }
        if (items.isEmpty() && faults.isEmpty()) {
            out.undecodable(payload, Reasons.NO_READINGS, "well-formed, but the place of the readings is empty");
        }
    }

    boolean isEmpty() {
        return items.isEmpty() && faults.isEmpty();
    }

    static Value scalar(JsonParser p) throws IOException {
        return switch (p.currentToken()) {
            case VALUE_NUMBER_INT ->
                p.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? Value.of(Double.parseDouble(p.getText()))
                        : Value.of(p.getLongValue());
            case VALUE_NUMBER_FLOAT -> Value.of(p.getDoubleValue());
            case VALUE_TRUE -> Value.of(true);
            case VALUE_FALSE -> Value.of(false);
            case VALUE_STRING -> Value.of(p.getText());
            default -> Value.NONE;
        };
    }

    private void nested(JsonParser p, String field) throws IOException {
        int from = items.size();
        int faultsBefore = faults.size();
        object(p, field);
        if (faults.size() == faultsBefore) {
            collapse(from, field);
        }
    }

    private void named(JsonParser p, int index) throws IOException {
        int from = items.size();
        int faultsBefore = faults.size();
        object(p, "");
        String name = "";
        for (int i = items.size() - 1; i >= from; i--) {
            if (items.get(i).field().equals("name") && items.get(i).value() instanceof Value.Text text) {
                name = text.value();
                items.remove(i);
            }
        }
        if (!name.isEmpty() && faults.size() == faultsBefore && isValue(from, "")) {
            replace(from, name, "");
            return;
        }
        items.subList(from, items.size()).clear();
        faults.subList(faultsBefore, faults.size()).clear();
        fault(
                Reasons.WRONG_TYPE,
                "element " + index + " of the readings needs name (text) and value, and may have quality, time, unit");
    }

    private void collapse(int from, String field) {
        if (isValue(from, field + '.')) {
            replace(from, field, field + '.');
        }
    }

    private boolean isValue(int from, String prefix) {
        boolean value = false;
        for (int i = from; i < items.size(); i++) {
            String name = items.get(i).field();
            if (!name.startsWith(prefix)) {
                return false;
            }
            switch (name.substring(prefix.length())) {
                case VALUE -> value = true;
                case QUALITY, TIME, "unit" -> {}
                default -> {
                    return false;
                }
            }
        }
        return value;
    }

    private void replace(int from, String field, String prefix) {
        Value value = Value.NONE;
        OptionalInt quality = OptionalInt.of(Quality.GOOD);
        OptionalLong time = OptionalLong.of(Reading.NO_TIME);
        for (Item item : items.subList(from, items.size())) {
            switch (item.field().substring(prefix.length())) {
                case VALUE -> value = item.value();
                case QUALITY -> quality = quality(item.value());
                case TIME -> time = time(item.value());
                default -> {} // the unit belongs to the tag
            }
        }
        items.subList(from, items.size()).clear();
        if (quality.isEmpty()) {
            fault(
                    Reasons.WRONG_TYPE,
                    "'" + field + "' has a quality that is neither good, uncertain, bad nor a StatusCode");
        } else if (time.isEmpty()) {
            fault(
                    Reasons.BAD_TIME,
                    "'" + field + "' has a time that is neither RFC 3339 with an offset nor an epoch number");
        } else {
            int code = value == Value.NONE && !Quality.isBad(quality.getAsInt()) ? Quality.BAD : quality.getAsInt();
            items.add(new Item(field, value, time.getAsLong(), code));
        }
    }

    private static OptionalInt quality(Value value) {
        return switch (value) {
            case Value.Whole w -> statusCode(w.value());
            case Value.Text t ->
                switch (t.value().toLowerCase(Locale.ROOT)) {
                    case "good" -> OptionalInt.of(Quality.GOOD);
                    case "uncertain" -> OptionalInt.of(Quality.UNCERTAIN);
                    case "bad" -> OptionalInt.of(Quality.BAD);
                    default -> OptionalInt.empty();
                };
            case Value.None n -> OptionalInt.of(Quality.GOOD);
            default -> OptionalInt.empty();
        };
    }

    /** Signed or unsigned, as senders write it. */
    private static OptionalInt statusCode(long code) {
        return code >= Integer.MIN_VALUE && code <= 0xFFFF_FFFFL ? OptionalInt.of((int) code) : OptionalInt.empty();
    }

    private static OptionalLong time(Value value) {
        return switch (value) {
            case Value.Text t -> Times.text(t.value());
            case Value.Whole w -> Times.text(Long.toString(w.value()));
            case Value.Real r -> Times.text(Double.toString(r.value()));
            case Value.None n -> OptionalLong.of(Reading.NO_TIME);
            case Value.Flag f -> OptionalLong.empty();
        };
    }
}
