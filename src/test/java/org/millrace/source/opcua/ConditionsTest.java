package org.millrace.source.opcua;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;

/** Times in seconds of the server's clock. */
class ConditionsTest {
    private static final long SECOND = 1_000_000;
    private static final long T0 = 1_800_000_000L * SECOND;
    private static final String ALARM = "i=10637";

    private final List<Reading> got = new ArrayList<>();
    private Conditions conditions = conditions(Reading.NO_TIME);

    @BeforeEach
    void connected() {
        conditions.begin(Map.of());
        conditions.regained();
        refresh(0);
        got.clear();
    }

    @Test
    void aStateIsToldWhenItChangesAndAnEventEachTime() {
        take(event("e1", "A", 1, 700).active());
        take(event("e2", "A", 2, 800).active());

        assertThat(values("active")).containsExactly(Value.of(true));
        assertThat(values("severity")).containsExactly(Value.of(700L), Value.of(800L));
        assertThat(values("event")).hasSize(2);
        assertThat(of("active").getFirst().sourceTime()).isEqualTo(at(1));
    }

    @Test
    void ofTwoConditionsOneIsEnoughToBeActive() {
        take(event("e1", "A", 1, 700).active());
        take(event("e2", "B", 2, 300).active());
        take(event("e3", "A", 3, 700).over());

        assertThat(values("active")).containsExactly(Value.of(true));
        assertThat(values("count")).containsExactly(Value.of(1L), Value.of(2L), Value.of(1L));
        assertThat(values("severity")).containsExactly(Value.of(700L), Value.of(300L));
    }

    /** An earlier occurrence that nobody has acknowledged says nothing of now. */
    @Test
    void anEarlierBranchIsUnacknowledgedAndNotActive() {
        take(event("e1", "A", 1, 700).active().unacked().branch("old"));
        take(event("e2", "A", 2, 700).over());

        assertThat(values("active")).as("false before, false now").isEmpty();
        assertThat(values("acked")).containsExactly(Value.of(false));

        take(event("e3", "A", 3, 700).over().branch("old"));
        assertThat(values("acked")).containsExactly(Value.of(false), Value.of(true));
    }

    @Test
    void anEventThatIsToldAgainIsTheSame() {
        ServerEvent event = event("e1", "A", 1, 700).active().event;
        conditions.events(List.of(event), at(1));

        assertThat(conditions.events(List.of(event), at(2))).isEmpty();
    }

    /** The historian keeps one value of a time, and servers count in milliseconds. */
    @Test
    void eventsOfOneTimeAreSetApart() {
        take(event("e1", "A", 1, 700).active());
        take(event("e2", "B", 1, 700).active());
        take(event("e3", "C", 1, 700).active());

        assertThat(of("event")).extracting(Reading::sourceTime).containsExactly(at(1), at(1) + 1, at(1) + 2);
        assertThat(of("count")).extracting(Reading::sourceTime).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aConditionThatFallsBelowTheSeverityAskedForIsOver() {
        take(event("e1", "A", 1, 200).active());
        take(event("e2", "A", 2, 50).active());

        assertThat(values("active")).containsExactly(Value.of(true), Value.of(false));
        assertThat(values("event")).as("the second is not selected").hasSize(1);
    }

    @Test
    void whatARefreshDoesNotTellIsOver() {
        take(event("e1", "A", 1, 700).active());
        take(event("e2", "B", 2, 700).active());
        assertThat(conditions.lose(at(10))).hasSize(8).allMatch(r -> r.quality() == Quality.BAD_NO_COMMUNICATION);
        assertThat(conditions.lose(at(11))).as("once").isEmpty();
        got.clear();

        conditions.begin(Map.of());
        conditions.regained();
        refresh(20, event("e2", "B", 2, 700).active());

        assertThat(values("active")).containsExactly(Value.of(true));
        assertThat(values("count")).containsExactly(Value.of(1L));
        assertThat(values("event")).as("it was told before").isEmpty();
        assertThat(of("active").getFirst().sourceTime()).isGreaterThan(at(10));
    }

    /** Before the server has told everything, nobody knows whether none is active. */
    @Test
    void noStateIsToldBeforeTheRefreshHasEnded() {
        conditions.lose(at(10));
        conditions.begin(Map.of());
        take(event("e5", "C", 12, 700).over());

        assertThat(of("active")).isEmpty();
        assertThat(values("event")).hasSize(1);
    }

    @Test
    void anEventThatWasStoredBeforeTheHubStartedIsNotToldAgain() {
        conditions = conditions(at(5));
        conditions.begin(Map.of());
        refresh(20, event("e1", "A", 5, 700).active(), event("e2", "B", 6, 700).active());

        assertThat(of("event"))
                .singleElement()
                .satisfies(r -> assertThat(((Value.Text) r.value()).value())
                        .contains("\"id\":\"e2\"", "\"condition\":\"B\"", "\"severity\":700"));
        assertThat(values("count")).containsExactly(Value.of(2L));
    }

    @Test
    void anOverflowOfTheEventQueueIsMarkedAndHealedByARefresh() {
        take(event("e1", "A", 1, 700).active());
        assertThat(conditions.takeRefreshWanted()).isFalse();
        got.clear();

        take(new Builder("o", "", "i=3035", 2, 100));

        assertThat(got).hasSize(8).allMatch(r -> r.quality() == Quality.BAD_DATA_LOST);
        assertThat(conditions.takeRefreshWanted()).isTrue();
        got.clear();
        refresh(3, event("e1", "A", 1, 700).active());
        assertThat(values("active")).containsExactly(Value.of(true));
    }

    private void refresh(long second, Builder... retained) {
        take(new Builder("", "", "i=2787", second, 100));
        for (Builder one : retained) {
            take(one);
        }
        take(new Builder("", "", "i=2788", second, 100));
    }

    private void take(Builder builder) {
        got.addAll(conditions.events(List.of(builder.event), builder.event.time()));
    }

    private List<Reading> of(String field) {
        return got.stream()
                .filter(r -> r.field().equals(field) && !Quality.isBad(r.quality()))
                .toList();
    }

    private List<Value> values(String field) {
        return of(field).stream().map(Reading::value).toList();
    }

    private static Conditions conditions(long stored) {
        OpcUaSourceFile file = new OpcUaSourceFile(
                "press",
                "opc.tcp://127.0.0.1",
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                10,
                Duration.ofSeconds(1),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new OpcUaSourceFile.Events(
                        "i=2253",
                        Map.of(
                                "hot",
                                new OpcUaSourceFile.Selection(
                                        Optional.of("Motor*"), List.of(), Optional.empty(), 100)))),
                Optional.empty());
        return new Conditions(
                file,
                EventTags.fields().stream()
                        .map(field -> Sources.tag("hot/" + field))
                        .toList(),
                tag -> stored);
    }

    private static Builder event(String id, String condition, long second, int severity) {
        return new Builder(id, condition, ALARM, second, severity);
    }

    private static final class Builder {
        private ServerEvent event;

        Builder(String id, String condition, String type, long second, int severity) {
            event = new ServerEvent(
                    id,
                    type,
                    "",
                    "Motor 1",
                    at(second),
                    condition + "!",
                    severity,
                    condition,
                    condition,
                    "",
                    true,
                    Optional.of(false),
                    Optional.of(true),
                    Optional.empty(),
                    Optional.empty());
        }

        Builder active() {
            return with(true, Optional.of(true), event.acked(), event.branch());
        }

        Builder unacked() {
            return with(event.retain(), event.active(), Optional.of(false), event.branch());
        }

        Builder over() {
            return with(false, Optional.of(false), Optional.of(true), event.branch());
        }

        Builder branch(String branch) {
            return with(event.retain(), event.active(), event.acked(), branch);
        }

        private Builder with(boolean retain, Optional<Boolean> active, Optional<Boolean> acked, String branch) {
            event = new ServerEvent(
                    event.id(),
                    event.type(),
                    event.sourceNode(),
                    event.sourceName(),
                    event.time(),
                    event.message(),
                    event.severity(),
                    event.condition(),
                    event.conditionName(),
                    branch,
                    retain,
                    active,
                    acked,
                    event.confirmed(),
                    event.suppressed());
            return this;
        }
    }

    private static long at(long second) {
        return T0 + second * SECOND;
    }
}
