package org.millrace.source.opcua;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.junit.jupiter.api.Test;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;

/** Times in seconds of both clocks; the server's is the hub's unless a test says otherwise. */
class NodeStatesTest {
    private static final long SECOND = 1_000_000;
    private static final long T0 = 1_800_000_000L * SECOND;

    private final NodeStates states = new NodeStates(
            List.of(new NodePlan("A", Duration.ofSeconds(1), 0), new NodePlan("B", Duration.ofSeconds(1), 0)));

    @Test
    void aLossIsToldOnceAtTheLastSignOfLife() {
        states.live(List.of("A"), List.of(value(1, 0, 0)), at(0));
        states.sign(at(20));

        List<Reading> told = states.lose(at(55));

        assertThat(told).extracting(Reading::field).containsExactly("A", "B");
        assertThat(told).allSatisfy(r -> {
            assertThat(r.quality()).isEqualTo(Quality.BAD_NO_COMMUNICATION);
            assertThat(r.sourceTime()).isEqualTo(at(20));
        });
        assertThat(states.lose(at(60))).isEmpty();
        assertThat(states.gapStart()).isEqualTo(at(20));
    }

    /** A server that is ten seconds behind: the loss must not lie in its future, or good values would be older. */
    @Test
    void theGapStartsByTheServersClock() {
        states.clock(at(0), at(-10));
        states.live(List.of("A"), List.of(value(1, -10, -10)), at(0));

        assertThat(states.lose(at(30)).getFirst().sourceTime()).isEqualTo(at(-10) + 1);
    }

    @Test
    void anUnchangedValueIsConfirmedAndAChangedOneKeepsItsTime() {
        states.live(List.of("A", "B"), List.of(value(1, 0, 0), value(1, 0, 0)), at(0));
        states.lose(at(10));
        states.regained();
        states.expectCurrent();

        List<Reading> readings = states.live(List.of("A", "B"), List.of(value(1, 0, 40), value(2, 35, 40)), at(40));

        assertThat(readings).extracting(Reading::sourceTime).containsExactly(at(40), at(35));
        assertThat(readings).extracting(Reading::quality).containsOnly(Quality.GOOD);
    }

    @Test
    void whatHistoryGaveIsNotTakenAgainFromTheSubscription() {
        states.live(List.of("A"), List.of(value(1, 0, 0)), at(0));
        states.lose(at(10));
        states.regained();
        states.expectCurrent();

        assertThat(states.filled("A", List.of(value(1, 0, 0), value(2, 5, 5), value(3, 15, 15))))
                .extracting(Reading::sourceTime)
                .containsExactly(at(5), at(15));
        assertThat(states.live(List.of("A"), List.of(value(3, 15, 40)), at(40))).isEmpty();
        assertThat(states.live(List.of("A"), List.of(value(4, 41, 41)), at(41))).hasSize(1);
    }

    /** Which of them comes first is a race between two answers of the server. */
    @Test
    void aLiveValueThatIsQuickerThanTheHistoryDoesNotHideIt() {
        states.live(List.of("A"), List.of(value(1, 0, 0)), at(0));
        states.lose(at(10));
        states.regained();
        states.expectCurrent();

        assertThat(states.live(List.of("A"), List.of(value(3, 15, 40)), at(40))).hasSize(1);
        assertThat(states.filled("A", List.of(value(1, 0, 0), value(2, 5, 5), value(3, 15, 15))))
                .extracting(Reading::sourceTime)
                .containsExactly(at(5));
    }

    @Test
    void afterAResumedSessionOnlyWhatDidNotChangeIsConfirmed() {
        states.live(List.of("A", "B"), List.of(value(1, 0, 0), value(1, 0, 0)), at(0));
        states.lose(at(10));
        states.regained();

        List<Reading> confirmed =
                states.unchanged(List.of("A", "B"), List.of(value(1, 0, 30), value(2, 25, 30)), at(30));

        assertThat(confirmed).singleElement().satisfies(r -> {
            assertThat(r.field()).isEqualTo("A");
            assertThat(r.sourceTime()).isEqualTo(at(30));
        });
    }

    @Test
    void aRefusedNodeIsNewsOnceAndBadAgainAfterEachLoss() {
        Map<String, StatusCode> bad = Map.of("B", new StatusCode(StatusCodes.Bad_NodeIdUnknown));

        NodeStates.Refusal first = states.refuse(bad, at(0), true);
        assertThat(first.news()).containsOnlyKeys("B");
        assertThat(first.readings())
                .singleElement()
                .extracting(Reading::quality)
                .isEqualTo(Quality.BAD_NODE_ID_UNKNOWN);

        NodeStates.Refusal same = states.refuse(bad, at(60), false);
        assertThat(same.news()).isEmpty();
        assertThat(same.readings()).isEmpty();

        NodeStates.Refusal afterLoss = states.refuse(bad, at(90), true);
        assertThat(afterLoss.news()).isEmpty();
        assertThat(afterLoss.readings()).hasSize(1);
    }

    /** What was sampled meanwhile waited in the server's queue. */
    @Test
    void aResumedSessionLeavesNoGap() {
        states.live(List.of("A"), List.of(value(1, 0, 0)), at(0));
        states.lose(at(10));
        states.resumed(true);
        assertThat(states.gapStart()).isEqualTo(Reading.NO_TIME);

        states.live(List.of("A"), List.of(value(2, 100, 100)), at(100));
        states.lose(at(110));
        assertThat(states.gapStart()).as("a later loss begins by itself").isEqualTo(at(100));
    }

    @Test
    void aResumedSessionWithoutQueuesIsAGap() {
        states.live(List.of("A"), List.of(value(1, 0, 0)), at(0));
        states.lose(at(10));
        states.resumed(false);

        assertThat(states.gapStart()).isEqualTo(at(0));
    }

    @Test
    void aResumedSessionDoesNotCloseAnOlderGap() {
        states.live(List.of("A"), List.of(value(1, 0, 0)), at(0));
        states.lose(at(5));
        states.regained();
        states.live(List.of("A"), List.of(value(2, 30, 30)), at(30));
        states.lose(at(35));
        states.resumed(true);

        assertThat(states.gapStart()).isEqualTo(at(0));
    }

    /** The bit is on the oldest of the queue by the specification, on the newest with some servers. */
    @Test
    void anOverflowIsAHoleUpToTheValueThatSaysSo() {
        states.live(List.of("A"), List.of(value(1, 0, 0)), at(0));
        states.live(List.of("A", "A"), List.of(value(4, 3, 3), overflowed(5, 4)), at(4));

        Holes.Hole hole = states.openHoles().get("A").getFirst();
        assertThat(hole.from()).isEqualTo(at(0));
        assertThat(hole.to()).isEqualTo(at(4));
        assertThat(states.closeHole(
                        "A",
                        hole,
                        List.of(value(1, 0, 0), value(2, 1, 1), value(3, 2, 2), value(4, 3, 3), value(5, 4, 4))))
                .extracting(Reading::sourceTime)
                .containsExactly(at(1), at(2));
        assertThat(states.holes()).isFalse();
    }

    @Test
    void anOverflowWithoutHistoryIsAGapBehindTheLastValue() {
        states.live(List.of("A"), List.of(value(1, 0, 0)), at(0));
        states.live(List.of("A"), List.of(overflowed(5, 4)), at(4));

        assertThat(states.holesStay()).singleElement().satisfies(gap -> {
            assertThat(gap.sourceTime()).isEqualTo(at(0) + 1);
            assertThat(gap.quality()).isEqualTo(Quality.BAD_DATA_LOST);
        });
        assertThat(states.holes()).isFalse();
    }

    /** Its gap is read up to the first value that comes. */
    @Test
    void theFirstValueOfANewItemIsNoHole() {
        states.live(List.of("A"), List.of(value(1, 0, 0)), at(0));
        states.lose(at(5));
        states.regained();
        states.expectCurrent();
        states.live(List.of("A"), List.of(overflowed(5, 30)), at(30));

        assertThat(states.holes()).isFalse();
    }

    @Test
    void aGapThatCouldNotBeFilledKeepsItsStart() {
        states.live(List.of("A"), List.of(value(1, 0, 0)), at(0));
        states.lose(at(5));
        states.regained();
        states.live(List.of("A"), List.of(value(2, 30, 30)), at(30));
        states.lose(at(35));

        assertThat(states.gapStart()).isEqualTo(at(0));
    }

    private static long at(long seconds) {
        return T0 + seconds * SECOND;
    }

    private static DataValue overflowed(int v, long source) {
        DataValue value = value(v, source, source);
        return value.withStatus(value.statusCode().withOverflow());
    }

    private static DataValue value(int v, long source, long server) {
        return new DataValue(
                new Variant(v), StatusCode.GOOD, DataValues.dateTime(at(source)), DataValues.dateTime(at(server)));
    }
}
