package org.millrace.source.plc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.signal.Value;
import org.millrace.source.plc.ModbusAddress.Area;

class ModbusSyntaxTest {
    private static final ModbusSyntax SYNTAX = new ModbusSyntax(ModbusOrder.BIG_ENDIAN);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    holding-register:1                            | HOLDING_REGISTER | 1  | 1
                    holding-register:65536:UINT                   | HOLDING_REGISTER | 65536 | 1
                    40017:DINT                                    | HOLDING_REGISTER | 17 | 2
                    400017:LREAL                                  | HOLDING_REGISTER | 17 | 4
                    4x00017                                       | HOLDING_REGISTER | 17 | 1
                    30002:WORD                                    | INPUT_REGISTER   | 2  | 1
                    input-register:5:REAL[1]                      | INPUT_REGISTER   | 5  | 2
                    holding-register:10:INT[8][0]                 | HOLDING_REGISTER | 10 | 1
                    holding-register:10:INT[8][7]                 | HOLDING_REGISTER | 17 | 1
                    holding-register:10:REAL[4][3]                | HOLDING_REGISTER | 16 | 2
                    holding-register:10:STRING(5)                 | HOLDING_REGISTER | 10 | 3
                    holding-register:10:STRING(8)[3][2]           | HOLDING_REGISTER | 18 | 4
                    holding-register:10.3                         | HOLDING_REGISTER | 10 | 1
                    holding-register:10.4-7                       | HOLDING_REGISTER | 10 | 1
                    coil:3                                        | COIL             | 3  | 1
                    00003:BOOL                                    | COIL             | 3  | 1
                    coil:3[8][2]                                  | COIL             | 5  | 1
                    10007                                         | DISCRETE_INPUT   | 7  | 1
                    discrete-input:7                              | DISCRETE_INPUT   | 7  | 1
                    """)
    void anAddressSaysWhereAValueLies(String text, Area area, int first, int size) {
        ModbusAddress address = ok(text);

        assertThat(address.area()).isEqualTo(area);
        assertThat(address.first()).isEqualTo(first);
        assertThat(address.size()).isEqualTo(size);
        assertThat(address.unit()).isEqualTo(ModbusAddress.DEFAULT_UNIT);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    nonsense                              | is not a Modbus address
                    holding-registre:1                    | did you mean holding-register?
                    holding-register:0                    | counts from 1
                    holding-register:65536:DINT           | counts from 1 to 65536
                    holding-register:1:ITN                | did you mean INT?
                    holding-register:1:BOOL               | holding-register:1.0
                    holding-register:1.16                 | bits 0 (lowest) to 15
                    holding-register:1.7-4                | bits 0 (lowest) to 15
                    holding-register:1.3:INT              | bits have no type
                    holding-register:1:INT[4]             | the first is holding-register:1:INT[4][0]
                    holding-register:1:INT[4][4]          | elements 0 to 3
                    holding-register:1:STRING             | STRING(16)
                    holding-register:1:STRING[6]          | STRING(16)
                    holding-register:1:INT(4)             | STRING only
                    holding-register:1{unit: 3}           | did you mean unit-id?
                    holding-register:1{unit-id: 300}      | up to 255
                    holding-register:1{byte-order: AB}    | CDAB (low word first)
                    holding-register:1:STRING(4){charset: x1} | no character set
                    coil:1:INT                            | leave its type out
                    coil:1.3                              | leave its type out
                    """)
    void aWrongAddressIsToldWithWhatToWrite(String text, String part) {
        assertThat(SYNTAX.parse(text))
                .isInstanceOfSatisfying(
                        ModbusSyntax.Wrong.class,
                        wrong -> assertThat(wrong.why()).contains(part).contains("'" + text + "'"));
    }

    @Test
    void optionsAreReadWithAndWithoutQuotes() {
        ModbusAddress address = ok("holding-register:1:REAL{unit-id: 5, byte-order: 'LITTLE_ENDIAN_BYTE_SWAP'}");

        assertThat(address.unit()).isEqualTo(5);
        assertThat(address.format())
                .isEqualTo(ok("holding-register:1:REAL{byte-order: cdab}").format());
        assertThat(ok("holding-register:1:INT{unit-id:0}").unit()).isZero();
    }

    @Test
    void theConnectionsByteOrderCountsWhereAnAddressNamesNone() {
        ModbusSyntax little = new ModbusSyntax(ModbusOrder.LITTLE_ENDIAN);

        assertThat(((ModbusSyntax.Ok) little.parse("holding-register:1:INT"))
                        .address()
                        .value(new byte[] {1, 2}, 1))
                .isEqualTo(Value.of(0x0201L));
        assertThat(((ModbusSyntax.Ok) little.parse("holding-register:1:INT{byte-order: ABCD}"))
                        .address()
                        .value(new byte[] {1, 2}, 1))
                .isEqualTo(Value.of(0x0102L));
    }

    /** The orders as device manuals draw them, for 0x0A0B0C0D and 0x0102030405060708. */
    @ParameterizedTest
    @CsvSource({
        "ABCD, 0A0B0C0D, 0102030405060708",
        "DCBA, 0D0C0B0A, 0807060504030201",
        "BADC, 0B0A0D0C, 0201040306050807",
        "CDAB, 0C0D0A0B, 0708050603040102"
    })
    void everyOrderOfFourAndEightBytes(String order, String four, String eight) {
        assertThat(value("holding-register:1:UDINT{byte-order: " + order + "}", four))
                .isEqualTo(Value.of(0x0A0B0C0DL));
        assertThat(value("holding-register:1:LINT{byte-order: " + order + "}", eight))
                .isEqualTo(Value.of(0x0102030405060708L));
        assertThat(value("holding-register:1:LREAL{byte-order: " + order + "}", eight))
                .isEqualTo(Value.of(Double.longBitsToDouble(0x0102030405060708L)));
    }

    @Test
    void everyTypeHasItsRange() {
        assertThat(value("holding-register:1:INT", "8000")).isEqualTo(Value.of(-32768L));
        assertThat(value("holding-register:1:UINT", "8000")).isEqualTo(Value.of(32768L));
        assertThat(value("holding-register:1:SINT", "12FF")).isEqualTo(Value.of(-1L));
        assertThat(value("holding-register:1:BYTE", "12FF")).isEqualTo(Value.of(255L));
        assertThat(value("holding-register:1:DINT", "80000000")).isEqualTo(Value.of((long) Integer.MIN_VALUE));
        assertThat(value("holding-register:1:DWORD", "FFFFFFFF")).isEqualTo(Value.of(4294967295L));
        assertThat(value("holding-register:1:LINT", "FFFFFFFFFFFFFFFE")).isEqualTo(Value.of(-2L));
        assertThat(value("holding-register:1:ULINT", "8000000000000000")).isEqualTo(Value.of(9.223372036854775808E18));
        assertThat(value("holding-register:1:ULINT", "000000000000002A")).isEqualTo(Value.of(42L));
        assertThat(value("holding-register:1:REAL", "41AC0000")).isEqualTo(Value.of(21.5));
    }

    @Test
    void bitsAndFieldsOfAStatusWord() {
        assertThat(value("holding-register:1.0", "A5F1")).isEqualTo(Value.of(true));
        assertThat(value("holding-register:1.1", "A5F1")).isEqualTo(Value.of(false));
        assertThat(value("holding-register:1.15", "A5F1")).isEqualTo(Value.of(true));
        assertThat(value("holding-register:1.4-7", "A5F1")).isEqualTo(Value.of(15L));
        assertThat(value("holding-register:1.8-15", "A5F1")).isEqualTo(Value.of(0xA5L));
        assertThat(value("holding-register:1.0{byte-order: BADC}", "0100")).isEqualTo(Value.of(true));
    }

    @Test
    void textEndsAtNulAndBlanksAreNoPartOfIt() {
        assertThat(text("holding-register:1:STRING(8)", "Pump 7\0x")).isEqualTo("Pump 7");
        assertThat(text("holding-register:1:STRING(8)", "Pump 7  ")).isEqualTo("Pump 7");
        assertThat(text("holding-register:1:STRING(7)", "Pump 7 ab")).isEqualTo("Pump 7");
        assertThat(text("holding-register:1:STRING(6){byte-order: BADC}", "uPpm7 "))
                .isEqualTo("Pump 7");
        assertThat(text("holding-register:1:STRING(4){charset: UTF-8}", "M\u00fc "))
                .isEqualTo("M\u00fc");
        assertThat(value("holding-register:1:STRING(4)", "4DFC3720")).isEqualTo(Value.of("M\u00fc7"));
    }

    @Property
    void whatADeviceLaysOutInAnyOrderIsReadBack(
            @ForAll long bits, @ForAll ModbusOrder order, @ForAll @IntRange(max = 5) int before) {
        ByteBuffer big = ByteBuffer.allocate(8).putLong(bits);
        byte[] raw = new byte[2 * before + 8];
        for (int i = 0; i < 8; i++) {
            int from = switch (order) {
                case BIG_ENDIAN -> i;
                case LITTLE_ENDIAN -> 7 - i;
                case BIG_ENDIAN_BYTE_SWAP -> i ^ 1;
                case LITTLE_ENDIAN_BYTE_SWAP -> 7 - i ^ 1;
            };
            raw[2 * before + i] = big.get(from);
        }
        ModbusAddress address = ok("holding-register:" + (10 + before) + ":LINT{byte-order: " + order + "}");

        assertThat(address.value(raw, 10)).isEqualTo(Value.of(bits));
    }

    private static ModbusAddress ok(String text) {
        assertThat(SYNTAX.parse(text)).isInstanceOf(ModbusSyntax.Ok.class);
        return ((ModbusSyntax.Ok) SYNTAX.parse(text)).address();
    }

    private static Value value(String address, String hex) {
        return ok(address).value(java.util.HexFormat.of().parseHex(hex), 1);
    }

    private static String text(String address, String sent) {
        byte[] utf8 = sent.getBytes(StandardCharsets.UTF_8);
        byte[] even = java.util.Arrays.copyOf(utf8, (utf8.length + 1) / 2 * 2);
        return ((Value.Text) ok(address).value(even, 1)).value();
    }
}
