package org.millrace.source.plc;

import org.apache.plc4x.java.api.types.PlcResponseCode;
import org.apache.plc4x.java.api.value.PlcValue;
import org.jspecify.annotations.Nullable;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;

/** A PLC4X result as a reading: value by its IEC 61131 type, response code as OPC UA quality. */
final class PlcValues {
    private PlcValues() {}

    static Reading reading(String address, PlcResponseCode code, @Nullable PlcValue value, long time) {
        int quality = quality(code);
        if (quality != Quality.GOOD) {
            return new Reading("", address, Value.NONE, time, quality);
        }
        if (value == null || value.isNull()) {
            return new Reading("", address, Value.NONE, time, Quality.BAD);
        }
        try {
            Value plain = value(value);
            return new Reading(
                    "", address, plain, time, plain == Value.NONE ? Quality.BAD_CONFIGURATION_ERROR : Quality.GOOD);
        } catch (RuntimeException e) { // PLC4X throws its own kinds where a value does not fit the type it declares
            return new Reading("", address, Value.NONE, time, Quality.BAD_CONFIGURATION_ERROR);
        }
    }

    /** A list or structure is no single value: {@link Value#NONE}. */
    private static Value value(PlcValue value) {
        if (value.isList() && value.getLength() == 1) {
            return value(value.getIndex(0));
        }
        return switch (value.getPlcValueType()) {
            case BOOL -> Value.of(value.getBoolean());
            case REAL, LREAL -> Value.of(value.getDouble());
            case BYTE, WORD, DWORD, SINT, USINT, INT, UINT, DINT, UDINT, LINT -> Value.of(value.getLong());
            case ULINT, LWORD ->
                value.getBigInteger().bitLength() < 64 ? Value.of(value.getLong()) : Value.of(value.getDouble());
            case CHAR, WCHAR, STRING, WSTRING -> Value.of(value.getString());
            case TIME, LTIME -> Value.of(value.getDuration().toString());
            case DATE, LDATE -> Value.of(value.getDate().toString());
            case TIME_OF_DAY, LTIME_OF_DAY -> Value.of(value.getTime().toString());
            case DATE_AND_TIME, DATE_AND_LTIME, LDATE_AND_TIME ->
                Value.of(value.getDateTime().toString());
            case NULL, Struct, List, RAW_BYTE_ARRAY -> Value.NONE;
        };
    }

    static int quality(PlcResponseCode code) {
        return switch (code) {
            case OK -> Quality.GOOD;
            case NOT_FOUND, INVALID_ADDRESS -> Quality.BAD_NODE_ID_UNKNOWN;
            case INVALID_DATATYPE, INVALID_DATA, UNSUPPORTED, ACCESS_DENIED -> Quality.BAD_CONFIGURATION_ERROR;
            case REMOTE_ERROR -> Quality.BAD_DEVICE_FAILURE;
            case REMOTE_BUSY, RESPONSE_PENDING -> Quality.BAD_TIMEOUT;
            case INTERNAL_ERROR -> Quality.BAD_COMMUNICATION_ERROR;
        };
    }

    /** Whether reading fewer values at once may find the one that is at fault. */
    static boolean mayBeOneOfMany(PlcResponseCode code) {
        return switch (code) {
            case OK, REMOTE_BUSY, RESPONSE_PENDING -> false;
            case NOT_FOUND,
                    INVALID_ADDRESS,
                    INVALID_DATATYPE,
                    INVALID_DATA,
                    UNSUPPORTED,
                    ACCESS_DENIED,
                    REMOTE_ERROR,
                    INTERNAL_ERROR -> true;
        };
    }
}
