package org.millrace.plant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Sample;
import org.millrace.signal.Units;
import org.millrace.signal.Units.UnitException;
import org.millrace.signal.Value;

class TagBinderTest {
    private static final double NONE = Double.POSITIVE_INFINITY;
    private static final long NOW = 1_700_000_000_000_000L;
    private static final long MINUTE = 60_000_000L;

    private final TagBinder binder = binder(plant());

    static Plant plant() {
        List<Tag> tags = List.of(
                tag("temp", "Cel", fahrenheit(), -50, 200, Map.of(), 0, Optional.empty()),
                tag("total", "kW.h", Units.Linear.IDENTITY, -NONE, NONE, Map.of(), 0, Optional.empty()),
                tag("level", "%", Units.Linear.IDENTITY, 0, 100, Map.of(), 0.5, Optional.empty()),
                tag("brisk", "%", Units.Linear.IDENTITY, 0, 100, Map.of(), 0.5, Optional.of(Duration.ofMinutes(1))),
                tag(
                        "state",
                        "",
                        Units.Linear.IDENTITY,
                        -NONE,
                        NONE,
                        Map.of("0", "STOP", "1", "RUN"),
                        0,
                        Optional.empty()),
                tag("free", "", Units.Linear.IDENTITY, -NONE, NONE, Map.of(), 0, Optional.empty()));
        return new Plant(List.of(new Asset("P", "Pump", "a/p", "machine", AssetFile.Criticality.B, Map.of(), tags)));
    }

    private static Units.Linear fahrenheit() {
        try {
            return Units.conversion("[degF]", "Cel");
        } catch (UnitException e) {
            throw new AssertionError(e);
        }
    }

    private static Tag tag(
            String name,
            String unit,
            Units.Linear linear,
            double low,
            double high,
            Map<String, String> states,
            double deadband,
            Optional<Duration> stale) {
        Tag.Origin origin = new Tag.Origin("src", "dev", name, "default");
        return new Tag(
                "a/p/" + name,
                name,
                "P",
                origin,
                unit,
                linear.factor(),
                linear.offset(),
                low,
                high,
                states,
                deadband,
                Optional.empty(),
                Optional.empty(),
                stale);
    }

    static TagBinder binder(Plant plant) {
        List<String> paths = plant.tags().stream().map(Tag::path).toList();
        return new TagBinder(plant, paths::indexOf, TimePolicy.STANDARD);
    }

    private static Reading reading(String field, Value value, long time, int quality) {
        return new Reading("dev", field, value, time, quality);
    }

    private Bound bind(String field, Value value) {
        return binder.bind("src", NOW, List.of(reading(field, value, NOW, Quality.GOOD)));
    }

    private Sample sample(String field, Value value) {
        Bound bound = bind(field, value);
        assertThat(bound.samples().size()).isEqualTo(1);
        return bound.samples().sample(0);
    }

    private static Bound level(TagBinder binder, double value, long time) {
        return binder.bind("src", time, List.of(reading("level", Value.of(value), time, Quality.GOOD)));
    }

    @Test
    void convertsToTheStoredUnitAndPrintsCleanly() {
        assertThat(sample("temp", Value.of(212.0)).value()).isEqualTo(Value.of(100.0));
        assertThat(sample("temp", Value.of(32L)).value()).isEqualTo(Value.of(0.0));
        assertThat(sample("temp", Value.of("98.6")).value()).isEqualTo(Value.of(37.0));
        assertThat(sample("temp", Value.of(70.5)).value()).isEqualTo(Value.of(21.3888888888889));
    }

    @Test
    void countersStayExactTo64Bits() {
        assertThat(sample("total", Value.of(9_007_199_254_740_993L)).value())
                .isEqualTo(Value.of(9_007_199_254_740_993L));
        assertThat(sample("total", Value.of("9007199254740993")).value()).isEqualTo(Value.of(9_007_199_254_740_993L));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void notANumberIsRejectedEverywhere(double value) {
        for (String field : List.of("temp", "total", "state", "free")) {
            assertThat(bind(field, Value.of(value)).rejected()).first().satisfies(r -> {
                assertThat(r.reason()).isEqualTo("not-a-number");
                assertThat(r.detail()).startsWith("a/p/" + field);
            });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "abc,wrong-type",
        "'21,5',wrong-type",
        "0x10,wrong-type",
        "1d,wrong-type",
        "NaN,not-a-number",
        "1e999,not-a-number",
        "'',wrong-type",
        "1-2,wrong-type"
    })
    void textThatIsNoNumberIsRejected(String text, String reason) {
        assertThat(bind("temp", Value.of(text)).rejected())
                .extracting(Bound.Rejected::reason)
                .containsExactly(reason);
    }

    @Test
    void flagWhereANumberIsExpectedIsRejected() {
        assertThat(bind("temp", Value.of(true)).rejected().getFirst().reason()).isEqualTo("wrong-type");
    }

    @Test
    void outOfRangeIsKeptAndCalledBad() {
        assertThat(sample("temp", Value.of(1000.0)).quality()).isEqualTo(Quality.BAD_OUT_OF_RANGE);
        assertThat(sample("level", Value.of(-1L)))
                .isEqualTo(new Sample(2, NOW, Value.of(-1L), Quality.BAD_OUT_OF_RANGE));
        assertThat(sample("temp", Value.of(392.0)).quality())
                .as("the limit itself is within")
                .isEqualTo(Quality.GOOD);
    }

    @Test
    void codesBecomeStates() {
        assertThat(sample("state", Value.of(1L)).value()).isEqualTo(Value.of("RUN"));
        assertThat(sample("state", Value.of(1.0)).value()).isEqualTo(Value.of("RUN"));
        assertThat(sample("state", Value.of(false)).value()).isEqualTo(Value.of("STOP"));
        assertThat(sample("state", Value.of(" 1 ")).value()).isEqualTo(Value.of("RUN"));
        assertThat(sample("state", Value.of("STOP"))).isEqualTo(new Sample(4, NOW, Value.of("STOP"), Quality.GOOD));
    }

    @Test
    void unknownCodeIsKeptAsUncertain() {
        assertThat(sample("state", Value.of(7L))).isEqualTo(new Sample(4, NOW, Value.of("7"), Quality.UNCERTAIN));
    }

    /** What a device disowns must not look like a value in the tag's unit. */
    @Test
    void badValuesAreNeverConverted() {
        int bad = Quality.BAD_SENSOR_FAILURE;
        List<Reading> readings = List.of(
                reading("temp", Value.of(212.0), NOW, bad),
                reading("total", Value.of(5L), NOW, bad),
                reading("state", Value.of(1L), NOW, bad),
                reading("temp", Value.of(Double.NaN), NOW, bad),
                reading("temp", Value.NONE, NOW, bad));
        Bound bound = binder.bind("src", NOW, readings);
        assertThat(bound.samples().toList())
                .extracting(Sample::value)
                .containsExactly(Value.NONE, Value.of(5L), Value.NONE, Value.NONE, Value.NONE);
        assertThat(bound.samples().toList()).extracting(Sample::quality).containsOnly(bad);
    }

    @Test
    void clocksAreHeldToTheHubs() {
        Bound bound = binder.bind(
                "src",
                NOW,
                List.of(
                        reading("total", Value.of(1L), Reading.NO_TIME, 0),
                        reading("total", Value.of(2L), NOW + 5 * MINUTE, 0),
                        reading("total", Value.of(3L), NOW + 5 * MINUTE + 1, 0),
                        reading("total", Value.of(4L), 5_000_000L, 0),
                        reading("total", Value.of(5L), Long.MAX_VALUE, 0)));
        assertThat(bound.samples().toList()).extracting(Sample::time).containsExactly(NOW, NOW + 5 * MINUTE);
        assertThat(bound.rejected())
                .extracting(Bound.Rejected::reason)
                .containsExactly("future-time", "ancient-time", "future-time");
        assertThat(bound.rejected().get(1).detail()).contains("1970-01-01T00:00:05Z");
    }

    @Test
    void deadbandFiltersAndCountsSmallChanges() {
        assertThat(level(binder, 50, NOW).samples().size()).isEqualTo(1);
        assertThat(level(binder, 50.5, NOW + 1).filtered()).isEqualTo(Map.of("deadband", 1L));
        assertThat(level(binder, 50.6, NOW + 2).samples().size())
                .as("compared with 50, the last kept")
                .isEqualTo(1);
        assertThat(level(binder, 50.6, NOW + 1 + 10 * MINUTE).filtered()).containsKey("deadband");
        assertThat(level(binder, 50.6, NOW + 2 + 10 * MINUTE).samples().size())
                .as("kept after 10 min")
                .isEqualTo(1);
    }

    /** Else a steady value would be called stale by the hub's own thrift. */
    @Test
    void deadbandNeverMakesATagStale() {
        binder.bind("src", NOW, List.of(reading("brisk", Value.of(50.0), NOW, 0)));
        long later = NOW + MINUTE / 2;
        assertThat(binder.bind("src", later, List.of(reading("brisk", Value.of(50.0), later, 0)))
                        .samples()
                        .size())
                .isEqualTo(1);
    }

    @Test
    void changeOfQualityLateAndRepeatedValuesAreNeverFiltered() {
        level(binder, 50, NOW);
        assertThat(level(binder, 50, NOW).samples().size()).as("redelivery").isEqualTo(1);
        assertThat(level(binder, 50, NOW - 1).samples().size()).as("late").isEqualTo(1);
        Bound uncertain =
                binder.bind("src", NOW + 1, List.of(reading("level", Value.of(50.0), NOW + 1, Quality.UNCERTAIN)));
        assertThat(uncertain.samples().size()).isEqualTo(1);
    }

    @Test
    void valuesAfterALostBatchAreKept() {
        level(binder, 50, NOW);
        binder.notAccepted("src");
        binder.notAccepted("unknown");
        assertThat(level(binder, 50, NOW + 1).samples().size()).isEqualTo(1);
    }

    @Test
    void unmappedReadingsAreCountedAndShown() {
        Bound known = bind("nope", Value.of("x".repeat(500)));
        Bound stranger = binder.bind("other", NOW + 1, List.of(reading("temp", Value.of(5L), NOW, 0)));
        assertThat(known.filtered()).isEqualTo(Map.of("unmapped", 1L));
        assertThat(stranger.filtered()).isEqualTo(Map.of("unmapped", 1L));
        binder.bind("src", NOW + 2, List.of(reading("nope", Value.of(7.5), NOW, 0)));
        assertThat(binder.unmapped().list())
                .containsExactly(
                        new UnmappedRegistry.Unmapped("src", "dev", "nope", 2, "7.5", NOW, NOW + 2),
                        new UnmappedRegistry.Unmapped("other", "dev", "temp", 1, "5", NOW + 1, NOW + 1));
    }

    @Test
    void theRegistryIsBoundedAndForgetsWhatHasBecomeATag() {
        UnmappedRegistry registry = new UnmappedRegistry(2);
        for (String field : List.of("a", "temp", "b")) {
            registry.add("src", reading(field, Value.NONE, NOW, 0), NOW);
        }
        assertThat(registry.forgotten()).isEqualTo(1);
        new TagBinder(plant(), path -> 0, TimePolicy.STANDARD, registry);
        assertThat(registry.list()).extracting(UnmappedRegistry.Unmapped::field).containsExactly("b");
    }

    @Test
    void twoTagsOnOneOriginCannotBeBound() {
        Tag one = plant().tags().getFirst();
        Tag two = new Tag(
                "a/p/x",
                "x",
                "P",
                one.origin(),
                "",
                1,
                0,
                -NONE,
                NONE,
                Map.of(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        Plant plant =
                new Plant(List.of(new Asset("P", "", "a/p", "", AssetFile.Criticality.B, Map.of(), List.of(one, two))));
        assertThatThrownBy(() -> binder(plant)).hasMessageContaining("same origin");
    }

    @Provide
    Arbitrary<List<Reading>> readings() {
        Arbitrary<Value> values = Arbitraries.oneOf(
                Arbitraries.doubles().map(Value::of),
                Arbitraries.of(Double.NaN, Double.NEGATIVE_INFINITY, Double.MAX_VALUE, 50.0, 50.1)
                        .map(Value::of),
                Arbitraries.longs().map(Value::of),
                Arbitraries.of(true, false).map(Value::of),
                Arbitraries.strings().ofMaxLength(8).map(Value::of),
                Arbitraries.of("12", "1e5", "NaN", "RUN").map(Value::of),
                Arbitraries.just(Value.NONE));
        Arbitrary<Long> times = Arbitraries.oneOf(
                Arbitraries.longs(),
                Arbitraries.longs().between(NOW - MINUTE, NOW + MINUTE),
                Arbitraries.just(Reading.NO_TIME));
        Arbitrary<Integer> qualities = Arbitraries.of(0, 0, 0, Quality.UNCERTAIN, Quality.BAD, Quality.BAD_TIMEOUT);
        Arbitrary<String> fields = Arbitraries.of("temp", "total", "level", "brisk", "state", "free", "nope");
        return Combinators.combine(fields, values, times, qualities)
                .as(TagBinderTest::reading)
                .list()
                .ofMaxSize(60);
    }

    /** The ledger's line for bind: nothing lost, nothing counted twice; and no sample is NaN. */
    @Property(tries = 300)
    void everyReadingIsCountedOnce(@ForAll("readings") List<Reading> readings) {
        TagBinder fresh = binder(plant());
        for (List<Reading> batch : List.of(readings, new ArrayList<>(readings.reversed()))) {
            Bound bound = fresh.bind("src", NOW, batch);
            assertThat(bound.total()).isEqualTo(batch.size());
            assertThat(bound.samples().toList()).allSatisfy(sample -> {
                if (sample.value() instanceof Value.Real real) {
                    assertThat(real.value()).isFinite();
                }
                assertThat(sample.time()).isBetween(TimePolicy.STANDARD.earliest(), NOW + 5 * MINUTE);
            });
        }
    }

    @Property(tries = 500)
    void cleaningChangesNothingThatMatters(@ForAll double value) {
        double clean = Numbers.clean(value);
        assertThat(Math.abs(clean - value)).isLessThanOrEqualTo(Math.abs(value) * 2e-14);
        assertThat(Numbers.clean(clean)).isEqualTo(clean);
    }
}
