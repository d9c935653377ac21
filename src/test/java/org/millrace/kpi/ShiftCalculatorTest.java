package org.millrace.kpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.millrace.kpi.ShiftCalendar.Interval;
import org.millrace.kpi.ShiftCalendar.Shift;
import org.millrace.plant.Asset;
import org.millrace.plant.AssetFile;
import org.millrace.plant.Tag;
import org.millrace.signal.Quality;
import org.millrace.signal.Value;

/** A shift of 480 minutes of a press, minute by minute. */
class ShiftCalculatorTest {
    private static final long MINUTE = 60_000_000L;
    private static final long START = 1_790_000_000_000_000L;
    private static final Tag STATE = tag("state");
    private static final Tag CYCLES = tag("cycles");
    private static final Tag SCRAP = tag("scrap");
    private static final Tag REASON = tag("reason");
    private static final Tag PRODUCT = tag("product");

    private Duration microStop = Duration.ofMinutes(5);
    private Duration startup = Duration.ZERO;
    private OeeFile.Standard standard = OeeFile.Standard.ISO22400;
    private boolean hasState = true;
    private List<Interval> breaks = List.of();
    private LongFunction<String> given = start -> "";
    private long until = Long.MAX_VALUE;
    private final List<Runnable> samples = new ArrayList<>();
    private ShiftRecorder recorder;

    private static Tag tag(String name) {
        return new Tag(
                "x/pr/" + name,
                name,
                "PR",
                new Tag.Origin("s", "", name, "default"),
                "",
                1,
                0,
                0,
                1e9,
                Map.of(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private OeeSpec spec() {
        OeeFile file = new OeeFile(
                "press",
                "PR",
                standard,
                Optional.empty(),
                Optional.of(new OeeFile.StateFile(
                        "state",
                        List.of("RUN"),
                        List.of("BREAK"),
                        List.of("SETUP"),
                        List.of("FAULT"),
                        List.of("STOP"))),
                new OeeFile.CounterFile("cycles", Optional.of(16)),
                Optional.of(new OeeFile.CounterFile("scrap", Optional.empty())),
                new OeeFile.IdealFile(Duration.ofMinutes(1), Map.of("fast", Duration.ofSeconds(30))),
                Optional.of("product"),
                microStop,
                startup,
                Optional.of(
                        new OeeFile.ReasonFile(Optional.of("reason"), Map.of("FAULT", "fault", "17", "no material"))));
        Asset asset = new Asset(
                "PR", "Press", "x/pr", "press", AssetFile.Criticality.A, Map.of(), List.of(STATE, CYCLES, SCRAP));
        return new OeeSpec(
                file,
                asset,
                ShiftCalendar.roundTheClock(ZoneId.of("UTC")),
                hasState ? Optional.of(STATE) : Optional.empty(),
                CYCLES,
                Optional.of(SCRAP),
                Optional.of(PRODUCT),
                Optional.of(REASON),
                List.of(STATE, CYCLES, SCRAP, REASON, PRODUCT));
    }

    private void state(double minute, String state) {
        put(STATE, minute, Value.of(state), Quality.GOOD);
    }

    private void put(Tag tag, double minute, Value value, int quality) {
        samples.add(() -> recorder.take(tag, START + (long) (minute * MINUTE), value, quality));
    }

    /** {@code pieces} of them, evenly between two minutes, the last just before the end. */
    private void cycles(double from, double to, int first, int pieces) {
        for (int i = 0; i <= pieces; i++) {
            put(CYCLES, from + (to - from) * i / (pieces + 1.0), Value.of((long) first + i), Quality.GOOD);
        }
    }

    private ShiftReport report() {
        OeeSpec spec = spec();
        recorder = new ShiftRecorder(spec);
        samples.forEach(Runnable::run);
        Shift shift = new Shift("early", LocalDate.EPOCH, new Interval(START, START + 480 * MINUTE), breaks);
        return ShiftCalculator.report(spec, recorder, shift, until, given);
    }

    private static double minutes(ShiftReport report, Loss loss) {
        return report.losses().stream()
                        .filter(l -> l.loss() == loss)
                        .mapToDouble(ShiftReport.LossTime::time)
                        .sum()
                / MINUTE;
    }

    /** Vector V2, from raw states and counters: 60 of break, 42 of breakdown, 300 pieces, 6 of them scrap. */
    @Test
    void aShiftFromStatesAndCountersGivesTheWorkedExample() {
        breaks = List.of(new Interval(START + 200 * MINUTE, START + 260 * MINUTE));
        state(-30, "RUN");
        state(100, "FAULT");
        state(142, "RUN");
        for (int i = 0; i <= 300; i++) {
            put(CYCLES, 143 + i * .1, Value.of((65_400L + i) % 65_536), Quality.GOOD); // rolls over
        }
        put(SCRAP, 1, Value.of(10L), Quality.GOOD);
        put(SCRAP, 300, Value.of(16L), Quality.GOOD);

        ShiftReport report = report();

        assertThat(report.oee().plannedBusy()).isEqualTo(420 * MINUTE);
        assertThat(report.oee().availability().orElseThrow()).isCloseTo(.9, within(.0005));
        assertThat(report.oee().effectiveness().orElseThrow()).isCloseTo(.7937, within(.0005));
        assertThat(report.oee().quality().orElseThrow()).isCloseTo(.98, within(.0005));
        assertThat(report.oee().oee().orElseThrow()).isCloseTo(.7, within(.0005));
        assertThat(report.coverage()).hasValue(1);
        assertThat(minutes(report, Loss.BREAKDOWNS)).isEqualTo(42);
        assertThat(report.failures()).isEqualTo(1);
        assertThat(report.meanTimeToRestore()).hasValue(42.0 * MINUTE);
        assertThat(report.meanTimeBetweenFailures()).hasValue(378.0 * MINUTE);
        assertThat(report.isFinal()).isTrue();
    }

    /** The time of the shift is that of the good pieces and all losses: nothing is counted twice, nothing is left out. */
    @Test
    void theLossesAndTheGoodTimeAreThePlannedTime() {
        startup = Duration.ofMinutes(10);
        state(0, "SETUP");
        state(20, "RUN");
        state(100, "STOP");
        state(103, "RUN");
        state(200, "FAULT");
        state(230, "STOP");
        state(240, "RUN");
        put(SCRAP, 1, Value.of(0L), Quality.GOOD);
        put(SCRAP, 25, Value.of(2L), Quality.GOOD); // start-up
        put(SCRAP, 300, Value.of(5L), Quality.GOOD);
        cycles(20, 480, 0, 380);

        ShiftReport report = report();

        double lost =
                report.losses().stream().mapToDouble(ShiftReport.LossTime::time).sum();
        double good = report.oee().good() * MINUTE;
        assertThat(lost + good).isCloseTo(report.oee().plannedBusy(), within(1.0));
        assertThat(minutes(report, Loss.SETUP)).isEqualTo(20);
        assertThat(minutes(report, Loss.MINOR_STOPS)).isEqualTo(3);
        assertThat(minutes(report, Loss.BREAKDOWNS))
                .as("a fault that ends in waiting is one stop")
                .isEqualTo(40);
        assertThat(minutes(report, Loss.STARTUP_REJECTS)).isCloseTo(2, within(1e-9));
        assertThat(minutes(report, Loss.DEFECTS)).isCloseTo(3, within(1e-9));
        assertThat(minutes(report, Loss.REDUCED_SPEED)).isCloseTo(417 - 380, within(1e-6));
        assertThat(report.losses().getFirst().loss()).as("a Pareto").isEqualTo(Loss.BREAKDOWNS);
    }

    /** Ten minutes of stop are a loss of availability or of effectiveness as the limit says; OEE is the same. */
    @Test
    void movingTimeFromStopToMinorStopLeavesOeeEqual() {
        state(0, "RUN");
        state(100, "STOP");
        state(110, "RUN");
        cycles(0, 480, 0, 400);

        ShiftReport asStop = report();
        microStop = Duration.ofMinutes(11);
        ShiftReport asMinor = report();

        assertThat(asMinor.oee().oee().orElseThrow())
                .isCloseTo(asStop.oee().oee().orElseThrow(), within(1e-12));
        assertThat(asMinor.oee().availability().orElseThrow()).isEqualTo(1);
        assertThat(asStop.oee().availability().orElseThrow()).isCloseTo(470 / 480.0, within(1e-12));
        assertThat(asMinor.oee().effectiveness().orElseThrow())
                .isLessThan(asStop.oee().effectiveness().orElseThrow());
    }

    /** Vector V5, scaled to the shift: what the standard decides is whether a planned stop is a loss. */
    @Test
    void plannedStopsAreALossForSmrpAndNoPlannedTimeForIso22400() {
        state(0, "BREAK");
        state(49.8, "RUN"); // 1.66 of 16 h
        state(417.6, "FAULT"); // 2.08 h: up 12.26 h
        cycles(60, 400, 0, 300);

        double iso = report().oee().availability().orElseThrow();
        standard = OeeFile.Standard.SMRP;
        double smrp = report().oee().availability().orElseThrow();

        assertThat(iso).isCloseTo(.8549, within(.0005));
        assertThat(smrp).isCloseTo(.7663, within(.0005));
        assertThat(minutes(report(), Loss.PLANNED_STOPS)).isCloseTo(49.8, within(1e-6));
    }

    @Test
    void aShiftThatWasAllPlannedStopHasNoValue() {
        state(0, "BREAK");

        ShiftReport report = report();

        assertThat(report.oee().plannedBusy()).isZero();
        assertThat(report.oee().oee()).isEmpty();
        assertThat(report.oee().availability()).isEmpty();
    }

    /** A sensor that is away is neither a stop nor production, and what was counted meanwhile is in no figure. */
    @Test
    void timeWithoutGoodDataIsInNoFigureAndLowersTheCoverage() {
        state(0, "RUN");
        put(STATE, 120, Value.NONE, Quality.BAD_COMMUNICATION_ERROR);
        state(240, "RUN");
        put(CYCLES, 0, Value.of(0L), Quality.GOOD);
        put(CYCLES, 119, Value.of(100L), Quality.GOOD);
        put(CYCLES, 241, Value.of(220L), Quality.GOOD);
        put(CYCLES, 470, Value.of(400L), Quality.GOOD);

        ShiftReport report = report();

        assertThat(report.coverage()).hasValue(.75);
        assertThat(report.oee().availability()).hasValue(1);
        assertThat(report.oee().produced()).isEqualTo(100 + 180);
        assertThat(report.uncounted()).isEqualTo(120);
        assertThat(report.warnings()).anyMatch(w -> w.contains("120 pieces"));
    }

    @Test
    void aMachineThatWasNeverHeardOfHasNoCoverageAndNoValue() {
        ShiftReport report = report();

        assertThat(report.coverage()).hasValue(0);
        assertThat(report.oee().oee()).isEmpty();
    }

    @Test
    void reasonsComeFromThePersonThenTheMachineThenTheState() {
        state(0, "RUN");
        state(50, "FAULT");
        state(60, "RUN");
        put(REASON, 99, Value.of(17L), Quality.GOOD);
        state(100, "STOP");
        state(120, "RUN");
        put(REASON, 121, Value.of(0L), Quality.GOOD);
        state(200, "STOP");
        state(220, "RUN");
        state(300, "STOP");
        state(320, "RUN");
        given = start -> start == START + 300 * MINUTE ? "tool change" : "";

        assertThat(report().stops())
                .extracting(ShiftReport.Stop::reason)
                .containsExactly("fault", "no material", "", "tool change");
    }

    @Test
    void aStopThatBeganBeforeTheShiftCountsFromItsBeginAndKnowsItsStart() {
        state(-3, "STOP");
        state(3, "RUN");

        ShiftReport report = report();

        assertThat(report.stops()).singleElement().satisfies(stop -> {
            assertThat(stop.start()).isEqualTo(START - 3 * MINUTE);
            assertThat(stop.inPlanned()).isEqualTo(3 * MINUTE);
            assertThat(stop.micro()).as("six minutes in all").isFalse();
        });
    }

    @Test
    void theRunningShiftEndsNowAndAStopThatGoesOnIsNotYetAMinorOne() {
        state(0, "RUN");
        state(100, "FAULT");
        until = START + 102 * MINUTE;

        ShiftReport report = report();

        assertThat(report.isFinal()).isFalse();
        assertThat(report.calendarTime()).isEqualTo(102 * MINUTE);
        assertThat(report.oee().plannedBusy()).isEqualTo(102 * MINUTE);
        assertThat(report.stops()).singleElement().matches(stop -> !stop.micro());
    }

    @Test
    void everyProductHasItsOwnIdealCycleAndATooLongOneIsTold() {
        state(0, "RUN");
        put(PRODUCT, 0, Value.of("fast"), Quality.GOOD);
        put(CYCLES, 1, Value.of(0L), Quality.GOOD);
        put(CYCLES, 100, Value.of(200L), Quality.GOOD);
        put(PRODUCT, 200, Value.of("other"), Quality.GOOD);
        put(CYCLES, 470, Value.of(700L), Quality.GOOD);

        ShiftReport report = report();

        assertThat(report.oee().ideal() / MINUTE).isEqualTo(200 * .5 + 500);
        assertThat(report.oee().effectiveness().orElseThrow())
                .as("never clipped")
                .isEqualTo(600 / 480.0);
        assertThat(report.warnings()).anyMatch(w -> w.contains("ideal cycle time is too long"));
    }

    @Test
    void withoutAStateTheMachineRunsWhileCyclesComeInTime() {
        hasState = false;
        put(CYCLES, 0, Value.of(0L), Quality.GOOD);
        for (int i = 1; i <= 200; i++) {
            put(CYCLES, i, Value.of((long) i), Quality.GOOD);
        }
        for (int i = 1; i <= 180; i++) { // stood from 200 to 298
            put(CYCLES, 299 + i, Value.of(200L + i), Quality.GOOD);
        }

        ShiftReport report = report();

        assertThat(report.stops())
                .filteredOn(stop -> !stop.micro())
                .singleElement()
                .satisfies(stop -> {
                    assertThat(stop.start()).isEqualTo(START + 200 * MINUTE);
                    assertThat(stop.end()).isEqualTo(START + 298 * MINUTE);
                });
        assertThat(report.oee().produced()).isEqualTo(380);
    }

    @Test
    void aValueThatIsToldTwiceOrLateChangesNothing() {
        state(0, "RUN");
        state(100, "FAULT");
        state(130, "RUN");
        cycles(0, 480, 0, 300);
        ShiftReport once = report();
        samples.addAll(List.copyOf(samples));

        assertThat(report().oee()).isEqualTo(once.oee());
    }
}
