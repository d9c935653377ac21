package org.millrace.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.connector.Desk;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.RuleFile;
import org.millrace.store.Alarms;
import org.millrace.store.OperationalStore;
import org.millrace.store.Outbox;
import org.millrace.store.WorkOrders.State;
import org.millrace.store.WorkOrders.WorkOrder;
import org.millrace.ticket.Ticket;

/** The mains fail for a moment: 200 machines stop at once. */
class PowerDipIT {
    private static final int MACHINES = 200;

    @TempDir
    Path folder;

    private static Scene dip() {
        String pumps = Scene.pumps(
                IntStream.rangeClosed(1, MACHINES).mapToObj(i -> "P-" + i).toArray(String[]::new));
        Scene scene = new Scene(pumps + """
                kind: Rule
                id: stopped
                title: "{asset.name} without mains"
                for: { class: pump }
                watch: threshold
                input: mains
                limits: { L: 1 }
                levels: { L: { severity: major } }
                work_order: { on: raised }
                ---
                kind: AlarmPolicy
                id: site
                group: { by: [asset], wait: 20s }
                flood: { start: { count: 10, within: 10m }, summarise_per: area, never: [critical] }
                """);
        assertThat(scene.problems).isEmpty();
        for (int i = 1; i <= MACHINES; i++) {
            scene.value(i / 100.0, "P-" + i, "mains", 0);
        }
        return scene.tick(20).tick(40);
    }

    @Test
    void twoHundredAlarmsAreOneCallAndOneWorkOrder() throws Exception {
        Scene scene = dip();
        try (OperationalStore store = OperationalStore.open(folder)) {
            store.outbox().register("desk", Outbox.Start.FIRST_KEPT);
            store.commit(1, Map.of(), Set.of(), scene.events);
            Desk desk = new Desk(
                    store.workOrders(),
                    event -> new Ticket(event.title(), event.title(), ""),
                    rule -> Optional.of(new RuleFile.WorkOrder("raised", Map.of())),
                    Clock.fixed(Instant.ofEpochSecond(1_780_000_000), ZoneOffset.UTC));
            scene.events.forEach(desk::deliver);

            assertThat(desk.list(1_000)).hasSize(1);
            WorkOrder order = desk.list(1).getFirst();
            assertThat(order.title()).isEqualTo("Alarm flood in utilities, first: Pump P-1 without mains");
            assertThat(order.state()).isEqualTo(State.OPEN);
            assertThat(store.alarms().open())
                    .as("every alarm is on the list, and the flood")
                    .hasSize(MACHINES + 1)
                    .allMatch(alarm -> alarm.state() == Alarms.State.ACTIVE_UNACKNOWLEDGED);
        }
        assertThat(scene.events).filteredOn(e -> e.handling().announced()).allSatisfy(event -> {
            assertThat(event.incident()).contains("/FLOOD@");
            assertThat(event.asset()).isEqualTo("P-1");
        });
    }

    @Test
    void oneAcknowledgementIsEnoughAndAllEndsWithTheMains() {
        Scene scene = dip();
        String parent = scene.alarms.openIncidents().stream()
                .filter(id -> id.contains("/FLOOD@"))
                .findFirst()
                .orElseThrow();
        scene.ack(60, parent);
        for (int i = 1; i <= MACHINES; i++) {
            scene.value(700, "P-" + i, "mains", 230);
        }
        scene.tick(701);
        assertThat(scene.alarms.openIncidents()).isEmpty();
        List<AlarmEvent> told =
                scene.events.stream().filter(e -> e.handling().announced()).toList();
        assertThat(told.stream().map(AlarmEvent::type).distinct())
                .containsExactly(
                        AlarmEvent.Type.RAISED, AlarmEvent.Type.SUMMARY, AlarmEvent.Type.ACKED, AlarmEvent.Type.NORMAL);
        assertThat(told).as("one call, and a summary at each doubling").hasSizeLessThan(10);
        assertThat(told.getLast().handling().members()).isEqualTo(MACHINES);
    }

    /** A machine's own alarms within 20 seconds: the first stands for the others. */
    @Test
    void alarmsOfOneMachineThatComeTogetherAreOneWorkOrder() throws Exception {
        Scene scene = new Scene(AlarmVectorTest.yaml(List.of("policy: group: { by: [asset], wait: 20s }")));
        scene.value(0, "P-1", "v", 3).value(2, "P-1", "temp", 90).tick(20).value(30, "P-1", "temp", 20);
        try (OperationalStore store = OperationalStore.open(folder)) {
            Desk desk = new Desk(
                    store.workOrders(),
                    event -> new Ticket(event.title(), event.title(), ""),
                    rule -> Optional.of(new RuleFile.WorkOrder("raised", Map.of())),
                    Clock.fixed(Instant.ofEpochSecond(1_780_000_000), ZoneOffset.UTC));
            scene.events.forEach(desk::deliver);
            assertThat(desk.list(10))
                    .singleElement()
                    .satisfies(order -> assertThat(order.title()).isEqualTo("Vibration C on P-1"));
            assertThat(desk.log("WO-000001"))
                    .extracting(line -> line.text())
                    .anySatisfy(text -> assertThat(text).startsWith("Also: Hot P-1"))
                    .last()
                    .asString()
                    .startsWith("Back to normal");
        }
    }
}
