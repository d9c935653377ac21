package org.millrace.source.plc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.millrace.plant.Tag;
import org.millrace.plant.Tags;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.RetryPause;
import org.millrace.source.SourceBatch;
import org.millrace.source.plc.ScriptedModbus.Answer;
import org.millrace.source.plc.ScriptedModbus.Numbers;
import org.millrace.source.plc.ScriptedModbus.Refusal;
import org.millrace.source.plc.ScriptedModbus.Request;
import org.millrace.source.plc.ScriptedModbus.Silence;

/** Devices that refuse, are slow, or sit behind a gateway: one address at fault never costs the others. */
class PlcDeviceLimitsIT {
    private static final Numbers NUMBERS = new Numbers();
    private final List<List<Reading>> scans = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
    }

    @Test
    void aBadAddressInAGroupIsFoundOnceAndThenTheOthersAreReadInTwoRequests() throws Exception {
        ScriptedModbus device = device(r -> r.reads(37) ? new Refusal(2) : NUMBERS);
        PlcSource source = source(device, registers(1, 100));

        await().until(() -> scans.size() >= 4);

        scans.forEach(scan -> {
            assertThat(scan).hasSize(100);
            assertThat(scan).allSatisfy(r -> {
                if (r.field().equals("holding-register:37")) {
                    assertThat(r.quality()).isEqualTo(Quality.BAD_NODE_ID_UNKNOWN);
                } else {
                    assertThat(r.quality()).isEqualTo(Quality.GOOD);
                    assertThat(r.value()).isEqualTo(Value.of(number(r)));
                }
            });
        });
        assertThat(device.requests()
                        .subList(device.requests().size() - 2, device.requests().size()))
                .extracting(Request::first, Request::count)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(1, 36), org.assertj.core.groups.Tuple.tuple(38, 63));
        assertThat(source.status().detail()).contains("99 of 100 addresses").contains("holding-register:37");
        assertThat(device.connections()).isEqualTo(2); // the plain connect before PLC4X's is one
    }

    @Test
    void aDeviceThatReadsFewerRegistersAtOnceIsAskedForFewerFromThenOn() throws Exception {
        ScriptedModbus device = device(r -> r.count() > 32 ? new Refusal(3) : NUMBERS);
        PlcSource source = source(device, registers(1, 100));

        await().until(() -> scans.size() >= 4);

        assertThat(scans).allSatisfy(scan -> assertThat(scan).hasSize(100).allMatch(r -> r.quality() == Quality.GOOD));
        assertThat(device.requests()
                        .subList(device.requests().size() - 8, device.requests().size()))
                .as("two scans of four requests")
                .allMatch(r -> r.count() <= 32);
        assertThat(source.status().detail()).contains("100 of 100");
    }

    @Test
    void registersNobodyNamesAreNotReadAlongWhereTheDeviceHasNone() throws Exception {
        Set<Integer> there = Set.of(1, 2, 6, 7);
        ScriptedModbus device = device(
                r -> IntStream.rangeClosed(r.first(), r.last()).allMatch(there::contains) ? NUMBERS : new Refusal(2));
        source(device, List.of("holding-register:1", "holding-register:2", "holding-register:6", "holding-register:7"));

        await().until(() -> scans.size() >= 3);

        assertThat(scans).allSatisfy(scan -> assertThat(scan).hasSize(4).allMatch(r -> r.quality() == Quality.GOOD));
        int size = device.requests().size();
        assertThat(device.requests().subList(size - 2, size))
                .extracting(Request::count)
                .containsExactly(2, 2);
    }

    /** Exception 11 comes after the gateway's own time limit: asking for a hundred registers one by one would take minutes. */
    @Test
    void aUnitThatTheGatewayCannotReachIsBadWithoutTakingItsRequestsApart() throws Exception {
        ScriptedModbus gateway = device(r -> r.unit() == 9 ? new Refusal(11) : NUMBERS);
        List<String> addresses = new ArrayList<>(
                registers(1, 50).stream().map(a -> a + "{unit-id: 9}").toList());
        addresses.addAll(registers(1, 3));
        addresses.add("holding-register:8{unit-id: 4}");
        source(gateway, addresses);

        await().until(() -> scans.size() >= 5);

        assertThat(scans)
                .allSatisfy(scan -> assertThat(scan)
                        .hasSize(54)
                        .allSatisfy(r -> assertThat(r.quality())
                                .isEqualTo(
                                        r.field().contains("unit-id: 9") ? Quality.BAD_DEVICE_FAILURE : Quality.GOOD)));
        long tries = gateway.requests().stream().filter(r -> r.unit() == 9).count();
        assertThat(tries).as("one a scan, two more to be sure").isLessThanOrEqualTo(scans.size() + 4L);
        assertThat(value("holding-register:8{unit-id: 4}")).isEqualTo(Value.of(8L));

        gateway.script(r -> NUMBERS);
        await().until(() -> scans.getLast().stream().allMatch(r -> r.quality() == Quality.GOOD));
    }

    @Test
    void anAddressThatIsNeverAnsweredIsBadAndTheOthersGoOnWithoutALoss() throws Exception {
        ScriptedModbus device = device(r -> r.reads(5) ? new Silence() : NUMBERS);
        PlcSource source = source(device, registers(1, 10));

        await().until(() -> source.status().up()
                && scans.size() > 5
                && scans.subList(scans.size() - 3, scans.size()).stream()
                        .allMatch(scan -> scan.size() == 10
                                && scan.stream()
                                                .filter(r -> r.quality() == Quality.GOOD)
                                                .count()
                                        == 9));

        assertThat(scans.getLast())
                .filteredOn(r -> r.quality() != Quality.GOOD)
                .singleElement()
                .satisfies(r -> {
                    assertThat(r.field()).isEqualTo("holding-register:5");
                    assertThat(r.quality()).isEqualTo(Quality.BAD_TIMEOUT);
                });
        int size = device.requests().size();
        assertThat(device.requests().subList(size - 2, size))
                .as("the others are read together again")
                .extracting(Request::count)
                .containsExactlyInAnyOrder(4, 5);
        assertThat(source.status().detail()).contains("9 of 10 addresses").contains("holding-register:5");
    }

    @Test
    void aUnitThatNeverAnswersIsLeftOutAsAWhole() throws Exception {
        ScriptedModbus gateway = device(r -> r.unit() == 9 ? new Silence() : NUMBERS);
        List<String> addresses = new ArrayList<>(registers(1, 20));
        addresses.addAll(registers(1, 40).stream().map(a -> a + "{unit-id: 9}").toList());
        PlcSource source = source(gateway, addresses);

        await().until(() -> source.status().up() && scans.size() > 5);

        assertThat(scans.getLast()).hasSize(60);
        assertThat(scans.getLast().stream().filter(r -> r.quality() == Quality.GOOD))
                .hasSize(20);
        assertThat(gateway.requests().stream().filter(r -> r.unit() == 9).count())
                .isLessThanOrEqualTo(3);
    }

    @Test
    void everyExceptionIsTold() throws Exception {
        Map<Integer, String> words = Map.of(
                1, "exception 1, illegal function",
                2, "exception 2, illegal data address",
                3, "exception 3, illegal data value",
                4, "exception 4, 7 or 11",
                10, "exception 8 or 10",
                11, "exception 4, 7 or 11");
        List<String> told = new CopyOnWriteArrayList<>();
        ScriptedModbus device = device(r -> r.first() == 1 ? NUMBERS : new Refusal(r.first() / 100));
        List<String> addresses = new ArrayList<>(List.of("holding-register:1"));
        words.keySet().forEach(code -> addresses.add("holding-register:" + 100 * code));
        try (LogLines log = new LogLines(PlcSource.class, told::add)) {
            source(device, addresses);
            await().until(() -> scans.size() >= 2);
        }

        words.forEach((code, text) -> assertThat(told)
                .anyMatch(line -> line.contains("holding-register:" + 100 * code + " ") && line.contains(text)));
        assertThat(value("holding-register:1")).isEqualTo(Value.of(1L));
    }

    /** Busy is no fault of an address: it is asked again with the others at the next scan. */
    @Test
    void aBusyDeviceIsAskedAgainAtTheNextScan() throws Exception {
        ScriptedModbus device = device(r -> new Refusal(6));
        source(device, registers(1, 20));
        await().until(() -> scans.size() >= 2);
        assertThat(scans.getFirst()).allMatch(r -> r.quality() == Quality.BAD_TIMEOUT);
        assertThat(device.requests()).allMatch(r -> r.count() == 20);

        device.script(r -> NUMBERS);

        await().until(() -> scans.getLast().stream().allMatch(r -> r.quality() == Quality.GOOD));
        assertThat(device.connections()).isEqualTo(2);
    }

    private ScriptedModbus device(Function<Request, Answer> script) throws Exception {
        ScriptedModbus device = new ScriptedModbus(script);
        open.add(device);
        return device;
    }

    private PlcSource source(ScriptedModbus device, List<String> addresses) {
        PlcSourceFile file = new PlcSourceFile(
                "plc",
                "modbus-tcp://127.0.0.1:" + device.port(),
                Duration.ofMillis(500),
                Map.of("default", Duration.ofMillis(50)),
                Optional.empty());
        PlcSource source = new PlcSource(
                file,
                addresses.stream().map(PlcDeviceLimitsIT::tag).toList(),
                Clock.systemUTC(),
                new RetryPause(Duration.ofMillis(20), Duration.ofMillis(100), new Random(1)));
        open.add(source);
        source.start((batch, done) -> {
            scans.add(((SourceBatch.Readings) batch).readings());
            done.accept(null);
        });
        return source;
    }

    private static Tag tag(String address) {
        return Tags.plain("C-1", address, new Tag.Origin("plc", "", address, "default"));
    }

    private static List<String> registers(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(i -> "holding-register:" + i)
                .toList();
    }

    private static long number(Reading reading) {
        return Long.parseLong(reading.field().substring("holding-register:".length()));
    }

    private Value value(String address) {
        return scans.getLast().stream()
                .filter(r -> r.field().equals(address))
                .findFirst()
                .orElseThrow()
                .value();
    }
}
