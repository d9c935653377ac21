package org.millrace.source.plc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReadPlanTest {
    @Test
    void neighboursOfOneTypeAreOneArray() {
        List<ReadPlan.Unit> plan = ReadPlan.of(
                List.of("holding-register:3:INT", "holding-register:1:INT", "holding-register:2:INT"), true);

        assertThat(plan).singleElement().isInstanceOfSatisfying(ReadPlan.Registers.class, unit -> {
            assertThat(unit.array()).isEqualTo("holding-register:1:INT[3]");
            assertThat(unit.at()).extracting(ReadPlan.At::element).containsExactly(0, 1, 2);
        });
    }

    @Test
    void smallGapsAreReadAlongWideOnesAreNot() {
        assertThat(arrays("holding-register:1:INT", "holding-register:10:INT", "holding-register:30:INT"))
                .containsExactly("holding-register:1:INT[10]", "holding-register:30:INT");
    }

    @Test
    void doubleRegistersStepByTwoAndAnOddNeighbourIsReadApart() {
        assertThat(arrays("holding-register:10:DINT", "holding-register:12:DINT", "holding-register:15:DINT"))
                .containsExactly("holding-register:10:DINT[2]", "holding-register:15:DINT");
    }

    @Test
    void typeAreaAndUnitIdKeepRegistersApart() {
        assertThat(arrays(
                        "holding-register:1:INT",
                        "holding-register:2:UINT",
                        "input-register:3:INT",
                        "holding-register:4:INT{unit-id: 7}"))
                .containsExactly(
                        "holding-register:1:INT",
                        "holding-register:2:UINT",
                        "input-register:3:INT",
                        "holding-register:4:INT{unit-id: 7}");
    }

    @Test
    void noRequestIsLongerThanTheDeviceAllows() {
        List<ReadPlan.Unit> plan = ReadPlan.of(
                IntStream.rangeClosed(1, 300)
                        .mapToObj(i -> "holding-register:" + i + ":INT")
                        .toList(),
                true);

        assertThat(plan).hasSize(3);
        assertThat(plan)
                .allSatisfy(
                        unit -> assertThat(((ReadPlan.Registers) unit).count()).isLessThanOrEqualTo(120));
        assertThat(plan.stream().mapToInt(u -> u.addresses().size()).sum()).isEqualTo(300);
    }

    /** A coil array comes back as one BOOL. */
    @Test
    void coilsStringsAndArraysAreReadOneByOne() {
        assertThat(ReadPlan.of(List.of("coil:1", "coil:2", "holding-register:1:INT[4]"), true))
                .containsExactly(
                        new ReadPlan.Tags(List.of("coil:1")),
                        new ReadPlan.Tags(List.of("coil:2")),
                        new ReadPlan.Tags(List.of("holding-register:1:INT[4]")));
    }

    @Test
    void otherDriversGetManyTagsInOneRequest() {
        List<String> tags =
                IntStream.range(0, 150).mapToObj(i -> "%DB1.DBW" + i + ":INT").toList();

        assertThat(ReadPlan.of(tags, false))
                .extracting(u -> u.addresses().size())
                .containsExactly(100, 50);
    }

    @Test
    void halvesReadTheSameValuesDownToOne() {
        ReadPlan.Unit unit = ReadPlan.of(
                        List.of("holding-register:1:REAL", "holding-register:5:REAL", "holding-register:7:REAL"), true)
                .getFirst();

        List<ReadPlan.Unit> halves = unit.halves();

        assertThat(halves).hasSize(2);
        assertThat(((ReadPlan.Registers) halves.get(0)).array()).isEqualTo("holding-register:1:REAL");
        assertThat(((ReadPlan.Registers) halves.get(1)).array()).isEqualTo("holding-register:5:REAL[2]");
        assertThat(((ReadPlan.Registers) halves.get(1)).at())
                .extracting(ReadPlan.At::element)
                .containsExactly(0, 1);
        assertThat(halves.get(0).halves()).isEmpty();
    }

    private static List<String> arrays(String... addresses) {
        return ReadPlan.of(List.of(addresses), true).stream()
                .map(u -> ((ReadPlan.Registers) u).array())
                .toList();
    }
}
