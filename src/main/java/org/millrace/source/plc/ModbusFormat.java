package org.millrace.source.plc;

import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.millrace.signal.Value;

/** How a value is made of the bytes a Modbus device sent. Pure. */
sealed interface ModbusFormat {

    /** @param raw as sent; @param offset of the first register's first byte */
    Value value(byte[] raw, int offset);

    /** Bits {@code from … from + count - 1} of one register, 0 the lowest: a flag when it is one, else a whole number. */
    record Bits(int from, int count, boolean flag, ModbusOrder order) implements ModbusFormat {
        @Override
        public Value value(byte[] raw, int offset) {
            long bits = order.bits(raw, offset, 1) >>> from & (1L << count) - 1;
            return flag ? Value.of(bits != 0) : Value.of(bits);
        }
    }

    record Number(Type type, ModbusOrder order) implements ModbusFormat {
        @Override
        public Value value(byte[] raw, int offset) {
            return type.value(order.bits(raw, offset, type.words));
        }
    }

    /** Two characters a register; ends at the first NUL, blanks at its end are padding. */
    record Text(int length, Charset charset, ModbusOrder order) implements ModbusFormat {
        @Override
        public Value value(byte[] raw, int offset) {
            byte[] bytes = order.text(raw, offset, length);
            int end = 0;
            while (end < bytes.length && bytes[end] != 0) {
                end++;
            }
            return Value.of(new String(bytes, 0, end, charset).stripTrailing());
        }
    }

    /** IEC 61131 types of one, two and four registers. Types of 8 bits are the register's lower byte. */
    enum Type {
        BYTE(1),
        USINT(1),
        SINT(1),
        INT(1),
        UINT(1),
        WORD(1),
        DINT(2),
        UDINT(2),
        DWORD(2),
        REAL(2),
        LINT(4),
        ULINT(4),
        LWORD(4),
        LREAL(4);

        private static final Map<String, Type> NAMES = java.util.Arrays.stream(values())
                .collect(java.util.stream.Collectors.toUnmodifiableMap(Type::name, t -> t));

        final int words;

        Type(int words) {
            this.words = words;
        }

        static Optional<Type> of(String name) {
            return Optional.ofNullable(NAMES.get(name.toUpperCase(Locale.ROOT)));
        }

        /** @param bits right-aligned, the upper ones zero */
        Value value(long bits) {
            return switch (this) {
                case BYTE, USINT -> Value.of(bits & 0xFF);
                case SINT -> Value.of((long) (byte) bits);
                case INT -> Value.of((long) (short) bits);
                case DINT -> Value.of((long) (int) bits);
                case UINT, WORD, UDINT, DWORD, LINT -> Value.of(bits);
                case REAL -> Value.of((double) Float.intBitsToFloat((int) bits));
                case LREAL -> Value.of(Double.longBitsToDouble(bits));
                // beyond 63 bits a whole number does not fit: the nearest double then
                case ULINT, LWORD -> bits >= 0 ? Value.of(bits) : Value.of((bits >>> 1) * 2.0 + (bits & 1));
            };
        }
    }
}
