package org.millrace.source.opcua;

import java.util.Base64;
import java.util.UUID;
import org.eclipse.milo.opcua.stack.core.types.builtin.ByteString;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UByte;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UInteger;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.ULong;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UShort;
import org.jspecify.annotations.Nullable;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;

/** An OPC UA DataValue as a reading: value by its type, StatusCode untouched, source time before server time. */
final class DataValues {
    /** 100 ns ticks from 1601-01-01 to 1970-01-01, OPC 10000-6 §5.2.2.5. */
    private static final long TICKS_TO_1970 = 116_444_736_000_000_000L;

    /** InfoType DataValue with the bit Overflow. */
    private static final long OVERFLOW = 0x0480L;

    private DataValues() {}

    static Reading reading(String node, DataValue data) {
        int quality = (int) data.statusCode().value();
        Object raw = data.value().value();
        if (raw == null) {
            return new Reading("", node, Value.NONE, time(data), quality);
        }
        Value value = value(raw);
        if (value == Value.NONE && !Quality.isBad(quality)) {
            // an array or a structure: a tag takes one value, and half of one would be a guess
            quality = Quality.BAD_CONFIGURATION_ERROR;
        }
        return new Reading("", node, value, time(data), quality);
    }

    /** µs since 1970; the server's time when the source gave none; {@link Reading#NO_TIME} when there is neither. */
    static long time(DataValue data) {
        long source = micros(data.sourceTime());
        return source != Reading.NO_TIME ? source : micros(data.serverTime());
    }

    /** OPC 10000-4 §7.39.1: values before this one were dropped because the item's queue was full. */
    static boolean overflow(DataValue data) {
        return (data.statusCode().value() & OVERFLOW) == OVERFLOW;
    }

    /** For requests. */
    static DateTime dateTime(long micros) {
        return new DateTime(Math.addExact(Math.multiplyExact(micros, 10L), TICKS_TO_1970));
    }

    static long micros(@Nullable DateTime time) {
        return time == null || time.isNull() ? Reading.NO_TIME : Math.floorDiv(time.utcTime() - TICKS_TO_1970, 10L);
    }

    private static Value value(Object raw) {
        return switch (raw) {
            case Double v -> Value.of(v.doubleValue());
            case Float v -> Value.of(v.doubleValue());
            case Integer v -> Value.of(v.longValue());
            case Long v -> Value.of(v.longValue());
            case Short v -> Value.of(v.longValue());
            case Byte v -> Value.of(v.longValue());
            case UByte v -> Value.of(v.longValue());
            case UShort v -> Value.of(v.longValue());
            case UInteger v -> Value.of(v.longValue());
            case ULong v -> v.toBigInteger().bitLength() < 64 ? Value.of(v.longValue()) : Value.of(v.doubleValue());
            case Boolean v -> Value.of(v.booleanValue());
            case String v -> Value.of(v);
            case LocalizedText v -> v.text() == null ? Value.NONE : Value.of(v.text());
            case QualifiedName v -> v.name() == null ? Value.NONE : Value.of(v.name());
            case DateTime v -> Value.of(v.toIso8601String());
            case UUID v -> Value.of(v.toString());
            case ByteString v ->
                v.bytes() == null ? Value.NONE : Value.of(Base64.getEncoder().encodeToString(v.bytes()));
            case StatusCode v -> Value.of(v.value());
            default -> Value.NONE;
        };
    }
}
