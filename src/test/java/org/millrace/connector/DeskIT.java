package org.millrace.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.store.AlarmEvents.event;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.connector.WorkOrderSystem.Delivery;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.AlarmEvent.Type;
import org.millrace.rule.RuleFile;
import org.millrace.rule.RuleFile.Severity;
import org.millrace.store.OperationalStore;
import org.millrace.store.WorkOrders.LogLine;
import org.millrace.store.WorkOrders.State;
import org.millrace.store.WorkOrders.WorkOrder;
import org.millrace.ticket.Ticket;

class DeskIT {
    private static final String NUMBER = "WO-000001";

    @TempDir
    Path folder;

    private OperationalStore store;
    private Desk desk;

    @BeforeEach
    void open() throws Exception {
        store = OperationalStore.open(folder);
        desk = desk(event -> new Ticket(event.title(), "value " + event.value(), "<svg/>"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void fiftyRepeatsOfOneAlarmAreOneWorkOrder() {
        assertThat(desk.deliver(event("k@0", 1, Type.RAISED, Severity.MAJOR, 8)))
                .isEqualTo(new Delivery.Created(NUMBER));
        for (int i = 1; i < 50; i++) {
            assertThat(desk.deliver(event("k@" + i, 1, Type.RAISED, Severity.MAJOR, 8 + i / 100.0)))
                    .isEqualTo(new Delivery.Updated(NUMBER));
        }
        assertThat(desk.list(100)).hasSize(1);
        WorkOrder order = desk.get(NUMBER).orElseThrow();
        assertThat(store.workOrders().numbers(java.util.List.of("k@48", "k@49")))
                .as("by its latest incident")
                .isEqualTo(java.util.Map.of("k@49", NUMBER));
        assertThat(order.events()).isEqualTo(50);
        assertThat(order.peak()).isEqualTo(8.49);
        assertThat(order.text()).isEqualTo("value 8.49");
        assertThat(order.title()).isEqualTo("Vibration zone D on Pump 101");
        assertThat(order.trendSvg()).isEqualTo("<svg/>");
        assertThat(order.created()).isEqualTo(1_800_000_000_000_000L);
        assertThat(order.due()).isEqualTo(order.created() + 24 * 3_600_000_000L);
    }

    @Test
    void theSameEventAgainChangesNothingAlsoAfterARestart() throws Exception {
        AlarmEvent raised = event("k@1", 1, Type.RAISED, Severity.MAJOR, 8);
        desk.deliver(raised);
        desk.deliver(event("k@1", 2, Type.RAISED, Severity.CRITICAL, 12));
        WorkOrder before = desk.get(NUMBER).orElseThrow();
        close();
        open();
        assertThat(desk.deliver(raised)).isInstanceOf(Delivery.Unchanged.class);
        assertThat(desk.get(NUMBER)).contains(before);
        assertThat(desk.log(NUMBER)).hasSize(2);
    }

    @Test
    void severityRisesAndIsNeverLowered() {
        desk.deliver(event("k@1", 1, Type.RAISED, Severity.MINOR, 5));
        desk.deliver(event("k@1", 2, Type.RAISED, Severity.CRITICAL, 12));
        desk.deliver(event("k@1", 3, Type.LOWERED, Severity.MINOR, 5));
        WorkOrder order = desk.get(NUMBER).orElseThrow();
        assertThat(order.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(order.due()).isEqualTo(order.created() + 4 * 3_600_000_000L);
        assertThat(order.peak()).isEqualTo(12);
    }

    @Test
    void aConditionThatIsOverIsWrittenOnTheOrderAndOnlyAPersonClosesIt() {
        desk.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        desk.deliver(event("k@1", 2, Type.RTN_UNACK, Severity.MAJOR, Double.NaN));
        desk.deliver(event("k@1", 3, Type.NORMAL, Severity.MAJOR, 2));
        assertThat(desk.get(NUMBER).orElseThrow().state()).isEqualTo(State.OPEN);
        assertThat(desk.log(NUMBER))
                .extracting(LogLine::text)
                .anyMatch(text -> text.startsWith("Back to normal after 2 min 0 s"));

        desk.comment(NUMBER, " bearing replaced ", "ada");
        desk.setState(NUMBER, State.IN_PROGRESS, "ada");
        desk.setState(NUMBER, State.DONE, "ada");
        assertThat(desk.list(State.DONE, 10)).extracting(WorkOrder::number).containsExactly(NUMBER);
        assertThat(desk.list(State.OPEN, 10)).isEmpty();
        assertThat(desk.log(NUMBER))
                .filteredOn(line -> line.who().equals("ada"))
                .extracting(LogLine::text)
                .containsExactly(
                        "bearing replaced",
                        "State changed from open to in_progress",
                        "State changed from in_progress to done");
    }

    @Test
    void aNewIncidentAfterTheOrderWasClosedOpensANewOne() {
        desk.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        desk.setState(NUMBER, State.DONE, "ada");
        assertThat(desk.deliver(event("k@1", 2, Type.NORMAL, Severity.MAJOR, 2)))
                .as("the rest of the old incident goes on the old order")
                .isEqualTo(new Delivery.Updated(NUMBER));
        assertThat(desk.deliver(event("k@2", 1, Type.RAISED, Severity.MAJOR, 8)))
                .isEqualTo(new Delivery.Created("WO-000002"));
        assertThat(desk.get(NUMBER).orElseThrow().state()).isEqualTo(State.DONE);
        assertThat(desk.setState(NUMBER, State.OPEN, "ada"))
                .isInstanceOfSatisfying(
                        Desk.Change.Refused.class,
                        refused -> assertThat(refused.why()).contains("WO-000002 is already open"));
    }

    @Test
    void differentConditionsHaveOrdersOfTheirOwn() {
        desk.deliver(event("key-1", "key-1@1", 1, Type.RAISED, Severity.MAJOR, 8));
        desk.deliver(event("key-2", "key-2@1", 1, Type.RAISED, Severity.MAJOR, 8));
        assertThat(desk.list(10)).extracting(WorkOrder::number).containsExactlyInAnyOrder(NUMBER, "WO-000002");
    }

    @Test
    void aReturnToNormalOfAnUnknownIncidentOpensNothing() {
        assertThat(desk.deliver(event("k@1", 4, Type.NORMAL, Severity.MAJOR, 2)))
                .isInstanceOf(Delivery.Unchanged.class);
        assertThat(desk.list(10)).isEmpty();
    }

    @Test
    void aTicketThatCannotBeWrittenStillBecomesAnOrder() {
        Desk broken = desk(event -> {
            throw new IllegalStateException("no trend");
        });
        assertThat(broken.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8)))
                .isEqualTo(new Delivery.Created(NUMBER));
        assertThat(desk.get(NUMBER).orElseThrow().title()).isEqualTo("Vibration zone D on Pump 101");
    }

    @Test
    void aStoreThatCannotWriteDefersAndKeepsNothing() throws Exception {
        store.close();
        assertThat(desk.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8)))
                .isInstanceOf(Delivery.Deferred.class);
        open();
        assertThat(desk.list(10)).isEmpty();
    }

    @Test
    void whatIsNotThereOrEmptyIsSaidSo() {
        assertThat(desk.get("WO-999999")).isEmpty();
        assertThat(desk.setState("WO-999999", State.DONE, "ada")).isEqualTo(new Desk.Change.NotFound("WO-999999"));
        assertThat(desk.comment("WO-999999", "x", "ada")).isEqualTo(new Desk.Change.NotFound("WO-999999"));
        assertThat(desk.comment(NUMBER, "  ", "ada")).isInstanceOf(Desk.Change.Refused.class);
    }

    private Desk desk(Ticket.Writer writer) {
        return desk(writer, Optional.of(new RuleFile.WorkOrder("raised", Map.of())));
    }

    private Desk desk(Ticket.Writer writer, Optional<RuleFile.WorkOrder> settings) {
        return new Desk(
                store.workOrders(),
                writer,
                rule -> settings,
                Clock.fixed(Instant.ofEpochSecond(1_800_000_000L), ZoneOffset.UTC));
    }

    @Test
    void theRuleSaysByLevelWhenItIsDueAndTheSeverityWhereItSaysNothing() {
        var settings = Optional.of(new RuleFile.WorkOrder("raised", Map.of("D", Duration.ofHours(8))));
        Desk asked = desk(event -> new Ticket(event.title(), "", ""), settings);
        asked.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        WorkOrder order = asked.get(NUMBER).orElseThrow();
        assertThat(order.due()).isEqualTo(order.created() + 8 * 3_600_000_000L);

        Desk silent = desk(
                event -> new Ticket(event.title(), "", ""),
                Optional.of(new RuleFile.WorkOrder("raised", Map.of("C", Duration.ofDays(7)))));
        silent.deliver(event("other", "other@1", 1, Type.RAISED, Severity.CRITICAL, 8));
        WorkOrder other = silent.get("WO-000002").orElseThrow();
        assertThat(other.due()).isEqualTo(other.created() + 4 * 3_600_000_000L);
    }

    @Test
    void aRuleThatAsksForNoWorkOrderGetsNone() {
        Desk asked = desk(event -> new Ticket(event.title(), "", ""), Optional.empty());
        assertThat(asked.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8)))
                .isEqualTo(new Delivery.Unchanged("rule vib-zone asks for no work order"));
        assertThat(asked.deliver(event("k@1", 2, Type.NORMAL, Severity.MAJOR, 2)))
                .isInstanceOf(Delivery.Unchanged.class);
        assertThat(asked.list(10)).isEmpty();
    }

    @Test
    void anOpenOrderGoesOnWhenItsRuleAsksForNoneAnyMore() {
        desk.deliver(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8));
        Desk later = desk(event -> new Ticket(event.title(), "", ""), Optional.empty());
        assertThat(later.deliver(event("k@1", 2, Type.NORMAL, Severity.MAJOR, 2)))
                .isEqualTo(new Delivery.Updated(NUMBER));
    }
}
