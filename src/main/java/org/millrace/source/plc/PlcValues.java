package org.millrace.source.plc;

import org.apache.plc4x.java.api.types.PlcResponseCode;
import org.apache.plc4x.java.api.value.PlcValue;
import org.jspecify.annotations.Nullable;
import org.millrace.signal.Quality;
import org.millrace.signal.Value;

/** What PLC4X says, in our terms: values by their IEC 61131 type, response codes as OPC UA quality and as sentences. */
final class PlcValues {
    /** What can be said about an address after a read; codes of one kind are treated alike. */
    enum Blame {
        /** A value came. */
        NONE,
        /** This address is wrong for this device; fewer addresses in one request may find it. */
        ADDRESS,
        /** The device can't answer at present, whatever is asked; but some devices say so of a wrong address too. */
        DEVICE,
        /** Ask again. */
        LATER
    }

    /** One address's outcome. @param why a sentence about the address when there is no value, else empty */
    record Result(Blame blame, Value value, int quality, String why) {
        static Result good(Value value) {
            return new Result(Blame.NONE, value, Quality.GOOD, "");
        }

        static Result bad(Blame blame, int quality, String why) {
            return new Result(blame, Value.NONE, quality, why);
        }
    }

    private PlcValues() {}

    static Result result(PlcResponseCode code, @Nullable PlcValue value, boolean modbus) {
        if (code != PlcResponseCode.OK) {
            return Result.bad(blame(code), quality(code), modbus ? modbus(code) : words(code));
        }
        if (value == null || value.isNull()) {
            return Result.bad(Blame.NONE, Quality.BAD, "the device gives no value");
        }
        try {
            Value plain = value(value);
            return plain == Value.NONE
                    ? Result.bad(
                            Blame.NONE,
                            Quality.BAD_CONFIGURATION_ERROR,
                            "is an array or a structure; name an element, e.g. …[0]")
                    : Result.good(plain);
        } catch (RuntimeException e) { // PLC4X throws its own kinds where a value does not fit the type it declares
            return Result.bad(Blame.NONE, Quality.BAD_CONFIGURATION_ERROR, "its value does not fit the type asked for");
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

    private static int quality(PlcResponseCode code) {
        return switch (code) {
            case OK -> Quality.GOOD;
            case NOT_FOUND, INVALID_ADDRESS -> Quality.BAD_NODE_ID_UNKNOWN;
            case INVALID_DATATYPE, INVALID_DATA, UNSUPPORTED, ACCESS_DENIED -> Quality.BAD_CONFIGURATION_ERROR;
            case REMOTE_ERROR -> Quality.BAD_DEVICE_FAILURE;
            case REMOTE_BUSY, RESPONSE_PENDING -> Quality.BAD_TIMEOUT;
            case INTERNAL_ERROR -> Quality.BAD_COMMUNICATION_ERROR;
        };
    }

    private static Blame blame(PlcResponseCode code) {
        return switch (code) {
            case OK -> Blame.NONE;
            case REMOTE_BUSY, RESPONSE_PENDING -> Blame.LATER;
            case REMOTE_ERROR, INTERNAL_ERROR -> Blame.DEVICE;
            case NOT_FOUND, INVALID_ADDRESS, INVALID_DATATYPE, INVALID_DATA, UNSUPPORTED, ACCESS_DENIED ->
                Blame.ADDRESS;
        };
    }

    /** PLC4X keeps the kind of a Modbus exception, not its number: where it joins several, all are named. */
    private static String modbus(PlcResponseCode code) {
        return switch (code) {
            case UNSUPPORTED -> "is refused: the device knows no such kind of read (exception 1, illegal function)";
            case INVALID_ADDRESS -> "is refused: the device has no such address (exception 2, illegal data address)";
            case INVALID_DATA ->
                "is refused: the device does not read so many at once (exception 3, illegal data value)";
            case REMOTE_ERROR ->
                "can't be read: the device reports a failure, or a gateway gets no answer from the unit"
                        + " (exception 4, 7 or 11)";
            case REMOTE_BUSY -> "can't be read now: the device is busy (exception 6)";
            case INTERNAL_ERROR ->
                "can't be read: memory parity error, or a gateway has no path to the unit (exception 8 or 10)";
            case OK, NOT_FOUND, ACCESS_DENIED, INVALID_DATATYPE, RESPONSE_PENDING -> words(code);
        };
    }

    private static String words(PlcResponseCode code) {
        return switch (code) {
            case OK -> "";
            case NOT_FOUND, INVALID_ADDRESS -> "is refused: the device has no such address (" + code + ")";
            case ACCESS_DENIED ->
                "is refused: the device does not let it be read; look at its access rights (" + code + ")";
            case INVALID_DATATYPE, INVALID_DATA ->
                "is refused: type or length does not fit what lies there (" + code + ")";
            case UNSUPPORTED -> "is refused: the device or the driver can't read this kind of address (" + code + ")";
            case REMOTE_ERROR -> "can't be read: the device reports a failure (" + code + ")";
            case REMOTE_BUSY, RESPONSE_PENDING -> "can't be read now: the device is busy (" + code + ")";
            case INTERNAL_ERROR -> "can't be read: the driver failed on the answer (" + code + ")";
        };
    }
}
