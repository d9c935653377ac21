package org.millrace.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.store.AlarmEvents.event;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.millrace.connector.ModelServer.Fate;
import org.millrace.connector.OrderClient.State;
import org.millrace.connector.WorkOrderSystem.Delivery;
import org.millrace.rule.AlarmEvent.Type;
import org.millrace.rule.RuleFile.Severity;
import org.millrace.ticket.OrderPolicy;
import org.millrace.ticket.OrderRow;
import org.millrace.ticket.OrderState;

/** One incident, one order, whatever the system does: the closed loop against a system in memory. */
class OrdersTest {
    private final OrderBench bench = new OrderBench();

    @Test
    void aRaisedAlarmBecomesOneOrderThatCarriesItsReference() {
        assertThat(bench.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8)))
                .isEqualTo(new Delivery.Queued("hub:acme/lyon/p-101/VIB/vib-zone:1"));
        assertThat(bench.ledger.all()).extracting(OrderRow::state).containsExactly(OrderState.INTENT);
        assertThat(bench.server.calls).as("the route called nobody").isZero();
        bench.run();
        assertThat(bench.server.open()).singleElement().satisfies(order -> {
            assertThat(order.reference).isEqualTo("hub:acme/lyon/p-101/VIB/vib-zone:1");
            assertThat(order.severity).isEqualTo(Severity.MAJOR);
            assertThat(order.files).containsExactly("trend.svg");
        });
        assertThat(bench.row().state()).isEqualTo(OrderState.OPEN);
        assertThat(bench.row().there().number()).isEqualTo("WO-1");
    }

    @Test
    void fiftyRepeatsOfOneAlarmAreOneOrderAndAFewComments() {
        for (int i = 0; i < 50; i++) {
            bench.deliver(event("k@" + i, 1, Type.RAISED, Severity.MAJOR, 8 + i / 100.0));
            bench.run();
            bench.pass(Duration.ofSeconds(10));
        }
        assertThat(bench.server.orders).hasSize(1);
        assertThat(bench.server.posts()).isEqualTo(1);
        assertThat(bench.server.orders.get("1").comments).hasSizeBetween(1, 2);
        bench.pass(Duration.ofHours(1));
        assertThat(bench.server.orders.get("1").comments.getLast())
                .as("the last comment tells all that came since")
                .contains("50 times", "8.49 mm/s");
    }

    @Test
    void aThousandCrossingsAreOneOrder() {
        for (int i = 0; i < 1_000; i++) {
            bench.deliver(event("k@" + i, 1, Type.RAISED, Severity.MAJOR, 8));
            bench.deliver(event("k@" + i, 2, Type.RTN_UNACK, Severity.MAJOR, 2));
            bench.deliver(event("k@" + i, 3, Type.NORMAL, Severity.MAJOR, 2));
            bench.run();
            bench.pass(Duration.ofSeconds(30));
        }
        bench.pass(Duration.ofHours(1));
        assertThat(bench.server.orders).hasSize(1);
        assertThat(bench.server.orders.get("1").comments)
                .as("over more than eight hours")
                .hasSizeBetween(2, 9);
    }

    @Test
    void theSameEventAgainChangesNothing() {
        bench.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.run();
        int calls = bench.server.calls;
        assertThat(bench.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8)))
                .isInstanceOf(Delivery.Unchanged.class);
        bench.run();
        assertThat(bench.server.calls).isEqualTo(calls);
    }

    @Test
    void aRisingSeverityRaisesThePriorityOfTheSameOrderAndAFallingOneNeverLowersIt() {
        bench.deliver(event("k@1", 1, Type.RAISED, Severity.MINOR, 5));
        bench.run();
        bench.deliver(event("k@1", 2, Type.RAISED, Severity.CRITICAL, 9));
        bench.run();
        assertThat(bench.server.orders.get("1").severity).isEqualTo(Severity.CRITICAL);
        assertThat(bench.server.orders.get("1").comments)
                .singleElement()
                .asString()
                .contains("critical");
        bench.deliver(event("k@1", 3, Type.LOWERED, Severity.MINOR, 5));
        bench.pass(Duration.ofHours(2));
        assertThat(bench.server.orders.get("1").severity).isEqualTo(Severity.CRITICAL);
        assertThat(bench.server.orders).hasSize(1);
    }

    @Test
    void anAnswerThatIsLostIsLookedForAndNeverSentTwice() {
        bench.pollEvery = Duration.ofDays(1); // a poll would find it sooner
        bench.restart();
        bench.server.fate = bench.once(List.of(Fate.OK, Fate.OK, Fate.LOST));
        bench.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.run();
        assertThat(bench.row().state()).isEqualTo(OrderState.UNKNOWN);
        bench.pass(Duration.ofSeconds(50));
        assertThat(bench.row().state()).as("not before it has settled").isEqualTo(OrderState.UNKNOWN);
        bench.pass(Duration.ofMinutes(2));
        assertThat(bench.row().state()).isEqualTo(OrderState.OPEN);
        assertThat(bench.server.orders).hasSize(1);
        assertThat(bench.server.posts()).isEqualTo(1);
    }

    @Test
    void anErrorThatWasNoneInTruthIsFoundAfterTheSettleTime() {
        bench.server.lateBy = Duration.ofSeconds(40).toNanos() / 1_000;
        bench.server.fate = bench.once(List.of(Fate.OK, Fate.OK, Fate.LATE));
        bench.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.pass(Duration.ofMinutes(3));
        assertThat(bench.server.orders).hasSize(1);
        assertThat(bench.row().there().number()).isEqualTo("WO-1");
    }

    @Test
    void aCreationCarriedOutLongAfterTheSettleTimeIsFoundAndCancelledAndCounted() {
        bench.server.lateBy = Duration.ofMinutes(4).toNanos() / 1_000;
        bench.server.fate = bench.once(List.of(Fate.OK, Fate.OK, Fate.LATE));
        bench.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.pass(Duration.ofMinutes(3));
        assertThat(bench.server.orders).as("the hub had to try again").hasSize(1);
        bench.pass(Duration.ofHours(2));
        assertThat(bench.server.orders).hasSize(2);
        assertThat(bench.server.open()).extracting(order -> order.id).containsExactly("1");
        assertThat(bench.server.orders.get("2").comments)
                .singleElement()
                .asString()
                .contains("WO-1");
        assertThat(bench.orders().status().doubles()).isEqualTo(1);
        assertThat(bench.audit).singleElement().asString().contains("double");
    }

    @Test
    void anOrderInProgressMutesItsAlarmUntilItIsDone() {
        bench.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.run();
        assertThat(bench.orders().order("P-101", "VIB")).isEmpty();
        bench.server.person("1", State.IN_PROGRESS);
        bench.pass(Duration.ofMinutes(1));
        assertThat(bench.orders().order("P-101", "VIB")).contains("WO-1");
        assertThat(bench.orders().order("P-101", "OHE"))
                .as("only what is worked on")
                .isEmpty();
        bench.restart();
        assertThat(bench.orders().order("P-101", "VIB"))
                .as("after a restart too")
                .contains("WO-1");
        bench.server.person("1", State.DONE);
        bench.pass(Duration.ofMinutes(1));
        assertThat(bench.orders().order("P-101", "VIB")).isEmpty();
        assertThat(bench.row().state()).isEqualTo(OrderState.DONE);
    }

    @Test
    void twoRulesOfOneFailureModeEachBeginAndEndTheirOwnWork() {
        bench.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.deliver(event("acme/lyon/p-101/VIB/vib-rate", "r@1", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.run();
        bench.server.person("1", State.IN_PROGRESS);
        bench.server.person("2", State.IN_PROGRESS);
        bench.pass(Duration.ofMinutes(1));
        assertThat(bench.said).containsExactly("begun WO-1 P-101 VIB", "begun WO-2 P-101 VIB");
        bench.said.clear();
        bench.server.person("2", State.ON_HOLD);
        bench.pass(Duration.ofMinutes(1));
        assertThat(bench.said).containsExactly("ended WO-2 P-101 VIB");
        assertThat(bench.orders().order("P-101", "VIB")).contains("WO-1");
        bench.said.clear();
        bench.server.person("1", State.ON_HOLD);
        bench.pass(Duration.ofMinutes(1));
        assertThat(bench.said).as("or the alarm stays muted for ever").containsExactly("ended WO-1 P-101 VIB");
        assertThat(bench.orders().order("P-101", "VIB")).isEmpty();
    }

    @Test
    void aSymptomThatComesBackWithinTheVerificationReopensTheOrder() {
        bench.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.deliver(event("k@1", 2, Type.RTN_UNACK, Severity.MAJOR, 2));
        bench.run();
        bench.server.person("1", State.DONE);
        bench.pass(Duration.ofHours(3));
        bench.deliver(event("k@2", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.run();
        assertThat(bench.server.orders).hasSize(1);
        assertThat(bench.server.orders.get("1").state).isEqualTo(State.OPEN);
        assertThat(bench.row().state()).isEqualTo(OrderState.OPEN);
    }

    @Test
    void whoFinishedTheOrderHasNotSeenTheAlarmThatCameBackAfterwards() {
        bench.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.deliver(event("k@1", 2, Type.RTN_UNACK, Severity.MAJOR, 2));
        bench.run();
        bench.server.person("1", State.DONE);
        bench.pass(Duration.ofHours(3));
        assertThat(bench.said).containsExactly("finished WO-1 k@1");
        bench.restart();
        assertThat(bench.said).as("said again").containsExactly("finished WO-1 k@1", "finished WO-1 k@1");
        bench.deliver(event("k@2", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.restart();
        assertThat(bench.row().state()).as("not opened again yet").isEqualTo(OrderState.DONE);
        assertThat(bench.said).doesNotContain("finished WO-1 k@2");
        bench.run();
        assertThat(bench.row().state()).isEqualTo(OrderState.OPEN);
    }

    @Test
    void whereTheRuleSaysLinkARepeatFailureIsANewOrderThatNamesTheFormer() {
        bench.policy = OrderPolicy.STANDARD.with(Duration.ofHours(24), OrderPolicy.OnRepeat.LINK, false);
        bench.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.run();
        bench.server.person("1", State.DONE);
        bench.pass(Duration.ofHours(3));
        bench.deliver(event("k@2", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.run();
        assertThat(bench.server.orders).hasSize(2);
        assertThat(bench.server.orders.get("1").state).isEqualTo(State.DONE);
        assertThat(bench.server.orders.get("2").reference).endsWith(":2");
        assertThat(bench.row().id().repeatOf()).isEqualTo("WO-1");
        assertThat(bench.row().state()).isEqualTo(OrderState.OPEN);
    }

    @Test
    void afterTheVerificationANewAlarmIsANewEpisode() {
        bench.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.deliver(event("k@1", 2, Type.RTN_UNACK, Severity.MAJOR, 2));
        bench.run();
        bench.server.person("1", State.DONE);
        bench.pass(Duration.ofHours(25));
        assertThat(bench.row().state()).isEqualTo(OrderState.CLOSED);
        bench.deliver(event("k@2", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.run();
        assertThat(bench.server.orders.get("2").reference).endsWith(":2");
        assertThat(bench.row().id().repeatOf()).isEmpty();
    }

    @Test
    void anOrderDoneWhoseConditionNeverEndedIsOpenedAgainWhenTheVerificationEnds() {
        bench.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.run();
        bench.server.person("1", State.DONE);
        bench.pass(Duration.ofHours(23));
        assertThat(bench.server.orders.get("1").state).isEqualTo(State.DONE);
        bench.pass(Duration.ofHours(2));
        assertThat(bench.server.orders.get("1").state).isEqualTo(State.OPEN);
    }

    @Test
    void aConditionThatClearsBeforeAnybodyStartedIsACommentAndNoMore() {
        bench.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.run();
        bench.deliver(event("k@1", 2, Type.RTN_UNACK, Severity.MAJOR, 2));
        bench.pass(Duration.ofHours(1));
        assertThat(bench.server.orders.get("1").comments)
                .singleElement()
                .asString()
                .contains("before work began");
        assertThat(bench.server.orders.get("1").state).isEqualTo(State.OPEN);
    }

    @Test
    void whereTheRuleSaysSoAClearedOrderThatNobodyTouchedIsClosed() {
        bench.policy = OrderPolicy.STANDARD.with(Duration.ofHours(24), OrderPolicy.OnRepeat.REOPEN, true);
        bench.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.run();
        bench.deliver(event("k@1", 2, Type.RTN_UNACK, Severity.MAJOR, 2));
        bench.pass(Duration.ofMinutes(5));
        assertThat(bench.server.orders.get("1").state).as("not at once").isEqualTo(State.OPEN);
        bench.pass(Duration.ofMinutes(10));
        assertThat(bench.server.orders.get("1").state).isEqualTo(State.DONE);
    }

    @Test
    void aClearedOrderThatSomebodyTouchedIsLeftToThem() {
        bench.policy = OrderPolicy.STANDARD.with(Duration.ofHours(24), OrderPolicy.OnRepeat.REOPEN, true);
        bench.pollEvery = Duration.ofDays(1); // the look just before closing must see it, not a poll
        bench.restart();
        bench.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.deliver(event("k@1", 2, Type.RTN_UNACK, Severity.MAJOR, 2));
        bench.run();
        bench.server.person("1", State.OPEN);
        bench.pass(Duration.ofHours(2));
        assertThat(bench.server.orders.get("1").state).isEqualTo(State.OPEN);
        assertThat(bench.row().there().touched()).isTrue();
    }

    @Test
    void anOrderThatAPersonCancelledIsNotMadeAgainForTheSameIncident() {
        bench.deliver(event("k@1", 1, Type.RAISED, Severity.MINOR, 5));
        bench.run();
        bench.server.person("1", State.CANCELLED);
        bench.pass(Duration.ofMinutes(5));
        bench.deliver(event("k@1", 2, Type.RTN_UNACK, Severity.MINOR, 2));
        bench.deliver(event("k@1", 3, Type.RAISED, Severity.MINOR, 5));
        bench.pass(Duration.ofHours(1));
        assertThat(bench.server.orders).hasSize(1);
        bench.deliver(event("k@1", 4, Type.RAISED, Severity.CRITICAL, 9));
        bench.run();
        assertThat(bench.server.open())
                .as("worse than what was refused")
                .singleElement()
                .satisfies(order -> assertThat(order.reference).endsWith(":2"));
    }

    @Test
    void whatTheSystemRefusesForGoodIsADeadLetterWithItsReasonAndNotTriedAgain() {
        bench.server.fate = bench.once(List.of(Fate.OK, Fate.OK, Fate.PERMANENT));
        bench.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.run();
        assertThat(bench.letters).singleElement().asString().contains("HTTP 400");
        int posts = bench.server.posts();
        bench.pass(Duration.ofHours(5));
        assertThat(bench.server.posts()).isEqualTo(posts);
        bench.deliver(event("k@2", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.run();
        assertThat(bench.server.open()).as("another incident asks again").hasSize(1);
    }

    @Test
    void aCreationThatAlwaysEndsInTheUnknownStopsAndIsADeadLetter() {
        bench.server.fate = () -> Fate.OK;
        bench.server.createFate = Optional.of(Fate.SWALLOWED);
        bench.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.pass(Duration.ofHours(6));
        assertThat(bench.server.posts()).isEqualTo(OrderPolicy.STANDARD.maxAttempts());
        assertThat(bench.row().state()).isEqualTo(OrderState.DEAD);
        assertThat(bench.letters).singleElement().asString().contains("8 creations", "HTTP 500");
    }

    @Test
    void credentialsThatAreRefusedAreNoRetryStormAndSeen() {
        bench.server.fate = () -> Fate.UNAUTHORIZED;
        bench.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.pass(Duration.ofHours(1));
        assertThat(bench.server.calls).isBetween(3, 10);
        assertThat(bench.orders().status().unauthorized()).isTrue();
        assertThat(bench.orders().status().up()).isFalse();
        assertThat(bench.orders().status().circuit()).isEqualTo("open");
        bench.server.fate = () -> Fate.OK;
        bench.pass(Duration.ofMinutes(20));
        assertThat(bench.server.open()).hasSize(1);
        assertThat(bench.orders().status().up()).isTrue();
    }

    @Test
    void anOrderDeletedThereCountsAsCancelled() {
        bench.capabilities = new OrderClient.Capabilities(true, true, true, true, false, false);
        bench.restart();
        bench.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        bench.run();
        bench.server.orders.remove("1");
        bench.pass(Duration.ofMinutes(2));
        assertThat(bench.row().state()).isEqualTo(OrderState.CANCELLED);
    }
}
