package org.millrace.signal;

/**
 * Quality is the raw OPC UA StatusCode as a signed 32-bit integer: negative is Bad, {@code >= 0x40000000} is Uncertain,
 * else Good.
 *
 * @see <a href="https://reference.opcfoundation.org/Core/Part4/v105/docs/7.39">OPC 10000-4 §7.39 StatusCode</a>
 */
public final class Quality {
    public static final int GOOD = 0;
    public static final int BAD = 0x80000000;
    public static final int BAD_COMMUNICATION_ERROR = 0x80050000;
    public static final int BAD_TIMEOUT = 0x800A0000;
    public static final int BAD_NO_COMMUNICATION = 0x80310000;
    public static final int BAD_NODE_ID_UNKNOWN = 0x80340000;
    public static final int BAD_OUT_OF_RANGE = 0x803C0000;
    public static final int BAD_NOT_CONNECTED = 0x808A0000;
    public static final int BAD_DEVICE_FAILURE = 0x808B0000;
    public static final int BAD_SENSOR_FAILURE = 0x808C0000;
    public static final int BAD_CONFIGURATION_ERROR = 0x80890000;
    public static final int BAD_DATA_LOST = 0x809D0000;
    public static final int UNCERTAIN = 0x40000000;
    public static final int UNCERTAIN_LAST_USABLE_VALUE = 0x40900000;

    private Quality() {}

    public static boolean isBad(int code) {
        return code < 0;
    }

    public static boolean isUncertain(int code) {
        return code >= UNCERTAIN;
    }

    public static boolean isGood(int code) {
        return code >= 0 && code < UNCERTAIN;
    }

    /** {@code GOOD}, {@code UNCERTAIN} or {@code BAD}: the severity bits in words, as rules and people read them. */
    public static String severity(int code) {
        return isBad(code) ? "BAD" : isUncertain(code) ? "UNCERTAIN" : "GOOD";
    }
}
