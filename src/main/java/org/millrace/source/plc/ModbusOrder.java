package org.millrace.source.plc;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How a device lays a value out in its registers; the constants have PLC4X's names.
 *
 * <p>The letters are those of device manuals: {@code ABCD} is a 32-bit value whose highest byte A comes first.
 */
enum ModbusOrder {
    BIG_ENDIAN("ABCD", false, false),
    LITTLE_ENDIAN("DCBA", true, true),
    BIG_ENDIAN_BYTE_SWAP("BADC", false, true),
    LITTLE_ENDIAN_BYTE_SWAP("CDAB", true, false);

    private final String letters;
    private final boolean wordsReversed;
    private final boolean bytesSwapped;

    ModbusOrder(String letters, boolean wordsReversed, boolean bytesSwapped) {
        this.letters = letters;
        this.wordsReversed = wordsReversed;
        this.bytesSwapped = bytesSwapped;
    }

    static Optional<ModbusOrder> of(String name) {
        return Arrays.stream(values())
                .filter(o -> o.name().equalsIgnoreCase(name) || o.letters.equalsIgnoreCase(name))
                .findFirst();
    }

    static List<String> names() {
        return Arrays.stream(values()).map(Enum::name).toList();
    }

    /** The value's bits, highest first; {@code words} registers from {@code offset} on. At most four. */
    long bits(byte[] raw, int offset, int words) {
        long bits = 0;
        for (int i = 0; i < words; i++) {
            int at = offset + 2 * (wordsReversed ? words - 1 - i : i);
            bits = bits << 16 | word(raw, at);
        }
        return bits;
    }

    /** Text runs through the registers in order; only the two characters of one register may change places. */
    byte[] text(byte[] raw, int offset, int length) {
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            text[i] = raw[offset + (bytesSwapped ? i ^ 1 : i)];
        }
        return text;
    }

    private int word(byte[] raw, int at) {
        int first = raw[at] & 0xFF;
        int second = raw[at + 1] & 0xFF;
        return bytesSwapped ? second << 8 | first : first << 8 | second;
    }
}
