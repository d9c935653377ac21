package org.millrace.store;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.store.AlarmEvents.event;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.AlarmEvent.Type;
import org.millrace.rule.RuleFile.Severity;
import org.millrace.store.Alarms.Alarm;
import org.millrace.store.Alarms.State;

class OperationalStoreIT {
    private static final AlarmEvent RAISED = event("k@1", 1, Type.RAISED, Severity.MAJOR, 8);
    private static final AlarmEvent ACKED = event("k@1", 2, Type.ACKED, Severity.MAJOR, 9);
    private static final AlarmEvent NORMAL = event("k@1", 3, Type.NORMAL, Severity.MAJOR, 2);

    @TempDir
    Path folder;

    @Test
    void stateCursorEventsAndAlarmsComeBackTogether() throws Exception {
        try (OperationalStore store = OperationalStore.open(folder)) {
            assertThat(store.load().sequence()).isZero();
            store.commit(7, Map.of("a", bytes("1"), "b", bytes("2")), Set.of(), List.of(RAISED));
            store.commit(9, Map.of("a", bytes("3")), Set.of("b"), List.of());
        }
        try (OperationalStore store = OperationalStore.open(folder)) {
            assertThat(store.load().sequence()).isEqualTo(9);
            assertThat(store.load().state())
                    .containsOnlyKeys("a")
                    .hasEntrySatisfying("a", v -> assertThat(v).isEqualTo(bytes("3")));
            assertThat(store.outbox().events("k@1")).containsExactly(RAISED);
            assertThat(store.alarms().open()).extracting(Alarm::last).containsExactly(RAISED);
        }
    }

    /** A step that fails half-way, after state and events were written, leaves nothing of itself. */
    @Test
    void aStepThatFailsLeavesNothing() throws Exception {
        try (OperationalStore store = OperationalStore.open(folder)) {
            store.commit(1, Map.of("a", bytes("1")), Set.of(), List.of());
            sql("CREATE TRIGGER broken BEFORE UPDATE ON rule_checkpoint BEGIN SELECT RAISE(ABORT, 'injected'); END");
            assertThatThrownBy(() -> store.commit(2, Map.of("a", bytes("2")), Set.of(), List.of(RAISED)))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("injected");
            assertThat(store.load().sequence()).isEqualTo(1);
            assertThat(store.load().state().get("a")).isEqualTo(bytes("1"));
            assertThat(store.outbox().events("k@1")).isEmpty();
            assertThat(store.alarms().open()).isEmpty();

            sql("DROP TRIGGER broken");
            store.commit(2, Map.of("a", bytes("2")), Set.of(), List.of(RAISED));
            assertThat(store.outbox().events("k@1")).containsExactly(RAISED);
        }
    }

    @Test
    void committingAStepAgainChangesNothing() throws Exception {
        try (OperationalStore store = OperationalStore.open(folder)) {
            store.outbox().register("desk", Outbox.Start.FIRST_KEPT);
            store.commit(5, Map.of("a", bytes("1")), Set.of(), List.of(RAISED, ACKED));
            store.commit(5, Map.of("a", bytes("1")), Set.of(), List.of(RAISED, ACKED));
            store.commit(6, Map.of(), Set.of(), List.of(RAISED));
            assertThat(store.outbox().pending()).containsEntry("desk", 2L);
            assertThat(store.alarms().incident("k@1").orElseThrow().last()).isEqualTo(ACKED);
            assertThatThrownBy(() -> store.commit(4, Map.of(), Set.of(), List.of()))
                    .hasMessageContaining("is at 6 and cannot go back to 4");
        }
    }

    @Test
    void eachConsumerGetsEveryEventInOrderUntilItSaysDoneOverARestart() throws Exception {
        try (OperationalStore store = OperationalStore.open(folder)) {
            store.outbox().register("desk", Outbox.Start.FIRST_KEPT);
            store.outbox().register("mail", Outbox.Start.FIRST_KEPT);
            store.commit(1, Map.of(), Set.of(), List.of(RAISED, ACKED));
            store.commit(2, Map.of(), Set.of(), List.of(NORMAL));
            Outbox.Row first = next(store, "desk").orElseThrow();
            assertThat(first.event()).isEqualTo(RAISED);
            assertThat(next(store, "desk")).as("not done, so again").contains(first);
            store.outbox().done("desk", first);
            store.outbox().done("desk", first);
        }
        try (OperationalStore store = OperationalStore.open(folder)) {
            store.outbox().register("desk", Outbox.Start.FIRST_KEPT);
            Outbox.Row second = next(store, "desk").orElseThrow();
            assertThat(second.event()).isEqualTo(ACKED);
            store.outbox().done("desk", second);
            assertThat(next(store, "desk").orElseThrow().event()).isEqualTo(NORMAL);
            assertThat(next(store, "mail").orElseThrow().event()).isEqualTo(RAISED);
            assertThat(store.outbox().pending()).isEqualTo(Map.of("desk", 1L, "mail", 3L));
            store.outbox().register("new", Outbox.Start.NOW);
            assertThat(next(store, "new")).isEmpty();
            assertThatThrownBy(() -> next(store, "nobody")).hasMessageContaining("'nobody'");
        }
    }

    /** A route to another system, added later, makes no orders of incidents that are long over. */
    @Test
    void aNewConsumerBeginsWithTheIncidentsThatStand() throws Exception {
        AlarmEvent standing = event("k@2", 1, Type.RAISED, Severity.MINOR, 8);
        AlarmEvent over = event("k@2", 2, Type.NORMAL, Severity.MINOR, 2);
        AlarmEvent later = event("k@3", 1, Type.RAISED, Severity.MINOR, 8);
        try (OperationalStore store = OperationalStore.open(folder)) {
            store.commit(1, Map.of(), Set.of(), List.of(RAISED, standing, NORMAL));
            store.outbox().register("new", Outbox.Start.STANDING);
            store.commit(2, Map.of(), Set.of(), List.of(later, over));
            store.outbox().register("late", Outbox.Start.STANDING);
        }
        try (OperationalStore store = OperationalStore.open(folder)) {
            store.outbox().register("new", Outbox.Start.STANDING);
            assertThat(store.outbox().pending()).isEqualTo(Map.of("new", 3L, "late", 1L));
            assertThat(all(store, "new"))
                    .as("over before it was read, but it stood when the consumer came")
                    .containsExactly(standing, later, over);
            assertThat(store.outbox().prune(Long.MAX_VALUE)).isEqualTo(4);
            assertThat(all(store, "late")).containsExactly(later);
            assertThat(store.outbox().pending()).isEqualTo(Map.of("new", 0L, "late", 0L));
        }
    }

    private static List<AlarmEvent> all(OperationalStore store, String consumer) throws InterruptedException {
        List<AlarmEvent> events = new ArrayList<>();
        for (Optional<Outbox.Row> row = next(store, consumer); row.isPresent(); row = next(store, consumer)) {
            events.add(row.get().event());
            store.outbox().done(consumer, row.get());
        }
        return events;
    }

    @Test
    void aWaitingConsumerIsWokenByACommit() throws Exception {
        try (OperationalStore store = OperationalStore.open(folder);
                ExecutorService pool = Executors.newSingleThreadExecutor()) {
            store.outbox().register("desk", Outbox.Start.NOW);
            Future<Optional<Outbox.Row>> waiting =
                    pool.submit(() -> store.outbox().next("desk", Duration.ofSeconds(20)));
            store.commit(1, Map.of(), Set.of(), List.of(RAISED));
            assertThat(waiting.get(10, SECONDS)).isPresent();
        }
    }

    @Test
    void pruningKeepsWhatSomeoneStillNeeds() throws Exception {
        AlarmEvent other = event("k@2", 1, Type.RAISED, Severity.MINOR, 8);
        try (OperationalStore store = OperationalStore.open(folder)) {
            store.outbox().register("desk", Outbox.Start.FIRST_KEPT);
            store.commit(1, Map.of(), Set.of(), List.of(RAISED, NORMAL, other));
            assertThat(store.outbox().prune(Long.MAX_VALUE))
                    .as("nobody has had them")
                    .isZero();
            for (int i = 0; i < 3; i++) {
                store.outbox().done("desk", next(store, "desk").orElseThrow());
            }
            assertThat(store.outbox().prune(Long.MAX_VALUE)).isEqualTo(2);
            assertThat(store.outbox().events("k@2")).as("its incident is open").containsExactly(other);
            store.commit(2, Map.of(), Set.of(), List.of(ACKED));
            assertThat(next(store, "desk").orElseThrow().event()).isEqualTo(ACKED);
        }
    }

    @Test
    void anAlarmFollowsItsEvents() throws Exception {
        try (OperationalStore store = OperationalStore.open(folder)) {
            assertThat(after(store, 1, Type.RAISED)).isEqualTo(State.ACTIVE_UNACKNOWLEDGED);
            assertThat(after(store, 2, Type.ACKED)).isEqualTo(State.ACTIVE_ACKNOWLEDGED);
            assertThat(after(store, 3, Type.LOWERED)).isEqualTo(State.ACTIVE_ACKNOWLEDGED);
            assertThat(after(store, 4, Type.RAISED)).isEqualTo(State.ACTIVE_UNACKNOWLEDGED);
            assertThat(after(store, 5, Type.RTN_UNACK)).isEqualTo(State.NORMAL_UNACKNOWLEDGED);
            assertThat(store.alarms().open()).hasSize(1);
            assertThat(after(store, 6, Type.NORMAL)).isEqualTo(State.CLOSED);
            assertThat(store.alarms().open()).isEmpty();
            Alarm alarm = store.alarms().history(10).getFirst();
            assertThat(alarm.lastTime() - alarm.firstTime()).isEqualTo(5 * 60_000_000L);
            assertThat(store.alarms().standing(alarm.lastTime(), alarm.lastTime()))
                    .containsExactly(alarm);
            assertThat(store.alarms().standing(alarm.lastTime() + 1, Long.MAX_VALUE))
                    .isEmpty();
            assertThat(store.alarms().standing(0, alarm.firstTime() - 1)).isEmpty();
        }
    }

    @Test
    void theAuditTrailReadsNewestFirst() throws Exception {
        try (OperationalStore store = OperationalStore.open(folder)) {
            store.audit().record(1, "ada", "alarm.ack", "k@1");
            store.audit().record(2, "bob", "work-order.state", "WO-000001 done");
            assertThat(store.audit().latest(10))
                    .containsExactly(
                            new Audit.Row(2, 2, "bob", "work-order.state", "WO-000001 done"),
                            new Audit.Row(1, 1, "ada", "alarm.ack", "k@1"));
        }
    }

    private static State after(OperationalStore store, int step, Type type) {
        store.commit(step, Map.of(), Set.of(), List.of(event("k@9", step, type, Severity.MAJOR, 8)));
        return store.alarms().incident("k@9").orElseThrow().state();
    }

    private static Optional<Outbox.Row> next(OperationalStore store, String consumer) throws InterruptedException {
        return store.outbox().next(consumer, Duration.ZERO);
    }

    private void sql(String statement) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("store.db"));
                Statement run = connection.createStatement()) {
            run.execute(statement);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
