package org.millrace.source.plc;

import java.util.Locale;
import org.millrace.signal.Value;

/**
 * Where a value lies in a Modbus device, and what it is made of.
 *
 * @param text as the asset file writes it
 * @param area which of the four tables
 * @param unit unit id; {@link #DEFAULT_UNIT}: the connection's
 * @param first 1-based number of its first coil or register
 * @param size registers (coils: always 1)
 * @param format what is made of the registers; coils have none
 */
record ModbusAddress(String text, Area area, int unit, int first, int size, ModbusFormat format) {
    static final int DEFAULT_UNIT = -1;
    private static final ModbusFormat COIL = new ModbusFormat.Bits(0, 1, true, ModbusOrder.BIG_ENDIAN);

    enum Area {
        COIL(true),
        DISCRETE_INPUT(true),
        HOLDING_REGISTER(false),
        INPUT_REGISTER(false);

        private final boolean bits;

        Area(boolean bits) {
            this.bits = bits;
        }

        boolean bits() {
            return bits;
        }

        /** PLC4X's name. */
        String prefix() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    static ModbusAddress coil(String text, Area area, int unit, int number) {
        return new ModbusAddress(text, area, unit, number, 1, COIL);
    }

    int last() {
        return first + size - 1;
    }

    /** The value within {@code raw}, which starts with coil or register {@code from}. */
    Value value(byte[] raw, int from) {
        int at = first - from;
        return area.bits() ? Value.of((raw[at / 8] >> at % 8 & 1) == 1) : format.value(raw, 2 * at);
    }

    /** What can be read with one request lies in one table of one unit. */
    String table() {
        return unit + "|" + area;
    }
}
