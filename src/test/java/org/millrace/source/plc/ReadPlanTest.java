package org.millrace.source.plc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.millrace.source.plc.PlcSourceFile.Group;

class ReadPlanTest {
    private static final String HR = "holding-register:";
    private final PlcAddresses modbus = new PlcAddresses("modbus-tcp://127.0.0.1:502");
    private final PlcAddresses s7 = new PlcAddresses("s7://127.0.0.1");

    @Test
    void neighboursAreOneRequestWhateverTheirTypesAre() {
        assertThat(blocks(
                        HR + "5:REAL",
                        HR + "1:INT",
                        HR + "2.3",
                        HR + "2.4-7",
                        HR + "3:DINT{byte-order: CDAB}",
                        HR + "7:STRING(9)"))
                .containsExactly("HOLDING_REGISTER 1+11");
    }

    @Test
    void theBitsOfAWordAreReadOnce() {
        assertThat(blocks(IntStream.range(0, 16).mapToObj(i -> HR + "40." + i).toArray(String[]::new)))
                .containsExactly("HOLDING_REGISTER 40+1");
    }

    @Test
    void elementsOfAnArrayAreOneRequest() {
        assertThat(blocks(HR + "10:REAL[4][0]", HR + "10:REAL[4][3]", HR + "10:REAL[4][1]"))
                .containsExactly("HOLDING_REGISTER 10+8");
    }

    @Test
    void smallGapsAreReadAlongWideOnesAreNot() {
        assertThat(blocks(HR + "1:INT", HR + "10:INT", HR + "30:INT"))
                .containsExactly("HOLDING_REGISTER 1+10", "HOLDING_REGISTER 30+1");
        assertThat(blocks(new Group(120, 2000, 0, 100), HR + "1:INT", HR + "2:INT", HR + "4:INT"))
                .containsExactly("HOLDING_REGISTER 1+2", "HOLDING_REGISTER 4+1");
    }

    @Test
    void tablesAndUnitsAreReadApart() {
        assertThat(blocks(HR + "1", "input-register:1", "coil:1", "discrete-input:1", HR + "1{unit-id: 7}"))
                .containsExactly(
                        "HOLDING_REGISTER 1+1",
                        "INPUT_REGISTER 1+1",
                        "COIL 1+1",
                        "DISCRETE_INPUT 1+1",
                        "unit 7 HOLDING_REGISTER 1+1");
    }

    @Test
    void noRequestIsLongerThanTheDeviceAllows() {
        String[] registers = IntStream.rangeClosed(1, 300).mapToObj(i -> HR + i).toArray(String[]::new);
        String[] coils =
                IntStream.rangeClosed(1, 3000).mapToObj(i -> "coil:" + i).toArray(String[]::new);

        assertThat(blocks(registers))
                .containsExactly("HOLDING_REGISTER 1+120", "HOLDING_REGISTER 121+120", "HOLDING_REGISTER 241+60");
        assertThat(blocks(new Group(100, 2000, 8, 100), HR + "99:LREAL", HR + "1:INT"))
                .as("a value is never cut")
                .containsExactly("HOLDING_REGISTER 1+1", "HOLDING_REGISTER 99+4");
        assertThat(blocks(coils)).containsExactly("COIL 1+2000", "COIL 2001+1000");
    }

    @Test
    void whatIsReadAloneIsNotCoveredByAnotherRequestEither() {
        List<ReadPlan.Unit> plan = modbus.plan(
                List.of(HR + "1", HR + "2", HR + "3"), Set.of(HR + "2")::contains, d -> PlcSourceFile.USUAL);

        assertThat(names(plan)).containsExactly("HOLDING_REGISTER 1+1", "HOLDING_REGISTER 3+1", "HOLDING_REGISTER 2+1");
    }

    @Test
    void extendedRegistersAreLeftToTheDriver() {
        assertThat(plan(modbus, "extended-register:1:INT", HR + "1"))
                .contains(new ReadPlan.Tags(List.of(ReadPlan.Item.whole("extended-register:1:INT"))));
    }

    @Test
    void otherDriversGetManyTagsInOneRequestAndAnArrayOnce() {
        String[] tags =
                IntStream.range(0, 150).mapToObj(i -> "%DB1.DBW" + i + ":INT").toArray(String[]::new);
        assertThat(plan(s7, tags)).extracting(u -> u.addresses().size()).containsExactly(100, 50);

        assertThat(((ReadPlan.Tags) plan(s7, "%DB1.DBW0:INT[10][3]").getFirst()).items())
                .containsExactly(
                        new ReadPlan.Item("%DB1.DBW0:INT[10][3]", "%DB1.DBW0:INT[10]", java.util.OptionalInt.of(3)));
        // two indices in a row are a two-dimensional array of the PLC there
        assertThat(((ReadPlan.Tags) plan(new PlcAddresses("ads://127.0.0.1"), "MAIN.m[2][3]")
                                .getFirst())
                        .items())
                .containsExactly(ReadPlan.Item.whole("MAIN.m[2][3]"));
    }

    @Test
    void halvesReadTheSameValuesDownToOneSpan() {
        ReadPlan.Unit unit = plan(modbus, HR + "1:REAL", HR + "5:REAL", HR + "5.1", HR + "5.2", HR + "7:REAL")
                .getFirst();

        List<ReadPlan.Unit> halves = unit.halves();

        assertThat(names(halves)).containsExactly("HOLDING_REGISTER 1+5", "HOLDING_REGISTER 5+4");
        assertThat(halves.getFirst().addresses()).containsExactly(HR + "1:REAL", HR + "5.1", HR + "5.2");
        assertThat(names(halves.getFirst().halves())).containsExactly("HOLDING_REGISTER 1+2", "HOLDING_REGISTER 5+1");
        assertThat(halves.getFirst().halves().getLast().halves())
                .as("bits of one word can't be told apart by reading less")
                .isEmpty();
        assertThat(((ReadPlan.Block) halves.getFirst()).hasGap()).isTrue();
        assertThat(((ReadPlan.Block) halves.getLast()).hasGap()).isFalse();
    }

    private static List<ReadPlan.Unit> plan(PlcAddresses protocol, String... addresses) {
        return protocol.plan(List.of(addresses), a -> false, d -> PlcSourceFile.USUAL);
    }

    private List<String> blocks(String... addresses) {
        return blocks(PlcSourceFile.USUAL, addresses);
    }

    private List<String> blocks(Group limits, String... addresses) {
        return names(modbus.plan(Arrays.asList(addresses), a -> false, d -> limits));
    }

    private static List<String> names(List<ReadPlan.Unit> units) {
        return units.stream()
                .map(u -> (ReadPlan.Block) u)
                .map(b -> (b.device() + " " + b.area() + " " + b.first() + "+" + b.count()).strip())
                .toList();
    }
}
