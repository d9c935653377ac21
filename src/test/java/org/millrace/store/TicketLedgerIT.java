package org.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millrace.store.AlarmEvents.event;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.rule.AlarmEvent.Type;
import org.millrace.rule.RuleFile.Severity;
import org.millrace.sqlite.SqliteFile;
import org.millrace.ticket.OrderAction;
import org.millrace.ticket.OrderAlarms;
import org.millrace.ticket.OrderAnswer;
import org.millrace.ticket.OrderAnswers;
import org.millrace.ticket.OrderLedger;
import org.millrace.ticket.OrderPolicy;
import org.millrace.ticket.OrderRow;
import org.millrace.ticket.OrderState;
import org.millrace.ticket.OrderStep;

class TicketLedgerIT {
    private static final OrderAlarms ALARMS = new OrderAlarms("atlas");

    @TempDir
    Path folder;

    private static OrderRow intent() {
        return ALARMS.take(
                        Optional.empty(),
                        event("k@1", 1, Type.RAISED, Severity.MAJOR, Double.NaN),
                        true,
                        OrderPolicy.STANDARD,
                        1_000,
                        0)
                .orElseThrow()
                .row();
    }

    private static OrderLedger.Change change(OrderRow row, long wake) {
        return new OrderLedger.Change(
                List.of(row),
                List.of(wake),
                Optional.of(new OrderLedger.Took("atlas", "k@1", 1)),
                List.of(new OrderLedger.Line("atlas", row.id().reference(), 1_000, "Wanted")),
                Optional.of(new OrderLedger.Cursor("atlas", "c1")));
    }

    @Test
    void whatWasCommittedIsThereAfterARestartToTheLastField() throws Exception {
        OrderRow row = intent();
        try (OperationalStore store = OperationalStore.open(folder)) {
            store.tickets().commit(change(row, 5_000));
        }
        try (OperationalStore store = OperationalStore.open(folder)) {
            TicketLedger ledger = store.tickets();
            assertThat(ledger.byReference("atlas", row.id().reference())).contains(row);
            assertThat(ledger.latest("atlas", AlarmEvents.KEY)).contains(row);
            assertThat(ledger.step("atlas", "k@1")).isEqualTo(1);
            assertThat(ledger.step("other", "k@1")).isZero();
            assertThat(ledger.cursor("atlas")).isEqualTo("c1");
            assertThat(ledger.nextWake("atlas")).isEqualTo(5_000);
            assertThat(ledger.due("atlas", 4_999, 10)).isEmpty();
            assertThat(ledger.due("atlas", 5_000, 10)).containsExactly(row);
            assertThat(ledger.log("atlas", row.id().reference()))
                    .extracting(OrderLedger.Line::text)
                    .containsExactly("Wanted");
        }
    }

    @Test
    void aRowIsFoundByTheIdOfItsSystemAndByItsNumber() throws Exception {
        try (OperationalStore store = OperationalStore.open(folder)) {
            TicketLedger ledger = store.tickets();
            ledger.commit(change(intent(), 0));
            assertThat(ledger.byRemoteId("atlas", "")).as("not yet there").isEmpty();
            assertThat(ledger.numbers(List.of("k@1"))).as("without a number").isEmpty();
            OrderAnswer.There there = new OrderAnswer.There("42", "WO000042", OrderState.OPEN, false);
            OrderStep step = new OrderAnswers(ALARMS)
                    .apply(
                            intent(),
                            new OrderAction.Create("", Severity.MAJOR),
                            new OrderAnswer.Made(there),
                            OrderPolicy.STANDARD,
                            2_000,
                            0);
            ledger.commit(change(step.row(), 9_000));
            assertThat(ledger.byRemoteId("atlas", "42")).contains(step.row());
            assertThat(ledger.byNumber("WO000042")).contains(step.row());
            assertThat(ledger.numbers(List.of("k@1", "k@\"2"))).isEqualTo(Map.of("k@1", "WO000042"));
            assertThat(ledger.watched("atlas")).containsExactly(step.row());
            assertThat(ledger.waiting("atlas", 8_999)).isEqualTo(new OrderLedger.Waiting(0, 0));
            assertThat(ledger.waiting("atlas", 9_000))
                    .isEqualTo(new OrderLedger.Waiting(1, step.row().times().updated()));
            assertThat(ledger.ofAsset("P-101", 3)).containsExactly(step.row());
            assertThat(ledger.list(10)).containsExactly(step.row());
        }
    }

    @Test
    void theDatabaseItselfRefusesTwoLiveOrdersOfOneKey() throws Exception {
        try (OperationalStore store = OperationalStore.open(folder)) {
            OrderRow first = intent();
            store.tickets().commit(change(first, 0));
            OrderRow second = new OrderRow(
                    new OrderRow.Id("atlas", AlarmEvents.KEY, 2, "hub:second:2", ""),
                    OrderState.INTENT,
                    first.facts(),
                    first.there(),
                    first.told(),
                    first.plan(),
                    first.times());
            assertThatThrownBy(() -> store.tickets().commit(change(second, 0)))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("UNIQUE");
            assertThat(store.tickets().list(10)).containsExactly(first);
        }
    }

    @Test
    void aStoreOfTheFirstFormatIsBroughtUpToDateAndKeepsItsOrders() throws Exception {
        SqliteFile.Format now = StoreSchema.FORMAT;
        SqliteFile.Format first = new SqliteFile.Format(
                now.name(), now.applicationId(), now.migrations().subList(0, 1));
        try (SqliteFile old = SqliteFile.open(folder.resolve("store.db"), first)) {
            old.write(session ->
                    session.update("INSERT INTO audit (id, time, who, what, detail) VALUES (1, 1, 'hub', 'kept', '')"));
        }
        try (OperationalStore store = OperationalStore.open(folder)) {
            store.tickets().commit(change(intent(), 0));
            assertThat(store.tickets().list(1)).hasSize(1);
            assertThat(store.audit().latest(1)).extracting(Audit.Row::what).containsExactly("kept");
        }
    }
}
