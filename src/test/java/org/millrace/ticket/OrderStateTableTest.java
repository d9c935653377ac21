package org.millrace.ticket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.store.AlarmEvents.event;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.millrace.rule.AlarmEvent.Type;
import org.millrace.rule.RuleFile.Severity;
import org.millrace.ticket.OrderAnswer.Failed;
import org.millrace.ticket.OrderAnswer.Found;
import org.millrace.ticket.OrderAnswer.Kind;
import org.millrace.ticket.OrderAnswer.There;
import org.millrace.ticket.OrderPolicy.OnRepeat;

/** The table in docs/work-orders.md is the specification: every row holds, and every pair it leaves out changes no state. */
class OrderStateTableTest {
    private static final long NOW = 1_800_000_000_000_000L;
    private static final OrderPolicy POLICY = OrderPolicy.STANDARD;
    private static final OrderAlarms ALARMS = new OrderAlarms("atlas");
    private static final OrderAnswers ANSWERS = new OrderAnswers(ALARMS);

    private static final Map<String, Function<OrderRow, OrderStep>> HAPPENS = happens();

    private static Map<String, Function<OrderRow, OrderStep>> happens() {
        Map<String, Function<OrderRow, OrderStep>> all = new TreeMap<>();
        all.put("found: none", row -> find(row, List.of()));
        all.put("found: open", row -> find(row, List.of(there("7", OrderState.OPEN))));
        all.put("found: only closed", row -> find(row, List.of(there("7", OrderState.DONE))));
        all.put(
                "created",
                row -> answer(
                        row, create(row), new OrderAnswer.Made(there("7", OrderState.OPEN)), OrderState.CREATING));
        all.put("not now", row -> failed(row, Kind.RETRYABLE));
        all.put("unknown", row -> failed(row, Kind.UNKNOWN));
        all.put("refused for good", row -> failed(row, Kind.PERMANENT));
        all.put("restart", row -> OrderWatch.recover(row, POLICY, NOW));
        for (OrderState state : List.of(
                OrderState.OPEN, OrderState.IN_PROGRESS, OrderState.ON_HOLD, OrderState.DONE, OrderState.CANCELLED)) {
            all.put("seen " + state.code().replace('_', ' '), row -> seen(row, Optional.of(there("7", state))));
        }
        all.put("seen gone", row -> seen(row, Optional.empty()));
        all.put("closed by the hub", row -> done(row, new OrderAction.Close("7"), OrderState.OPEN));
        all.put("reopened by the hub", row -> done(row, new OrderAction.Reopen("7"), OrderState.DONE));
        all.put("verification over", row -> OrderWatch.tick(row, ALARMS, POLICY, NOW + days(2), 0));
        all.put("another incident", row -> raised(row, "k@2", POLICY));
        all.put(
                "another incident, link",
                row -> raised(row, "k@2", POLICY.with(Duration.ofDays(1), OnRepeat.LINK, false)));
        all.put("the same incident again", row -> raised(row, "k@1", POLICY));
        all.put(
                "back to normal",
                row -> ALARMS.take(
                                Optional.of(row),
                                event("k@1", 9, Type.RTN_UNACK, Severity.MAJOR, 2),
                                true,
                                POLICY,
                                NOW,
                                0)
                        .orElseThrow());
        return all;
    }

    private record Line(OrderState from, String what, OrderState to) {}

    @TestFactory
    Stream<DynamicTest> everyRowOfTheTableHolds() throws IOException {
        return table().stream()
                .map(line -> DynamicTest.dynamicTest(line.from().code() + ": " + line.what(), () -> {
                    assertThat(HAPPENS).as("a test for it").containsKey(line.what());
                    assertThat(HAPPENS.get(line.what())
                                    .apply(row(line.from()))
                                    .row()
                                    .state())
                            .isEqualTo(line.to());
                }));
    }

    @TestFactory
    Stream<DynamicTest> whatIsNotInTheTableChangesNoState() throws IOException {
        Map<String, OrderState> listed = new HashMap<>();
        table().forEach(line -> listed.put(line.from() + line.what(), line.to()));
        return Stream.of(OrderState.values())
                .flatMap(state -> HAPPENS.entrySet().stream()
                        .filter(entry -> !listed.containsKey(state + entry.getKey()))
                        .map(entry -> DynamicTest.dynamicTest(
                                state.code() + ": " + entry.getKey(),
                                () -> assertThat(entry.getValue()
                                                .apply(row(state))
                                                .row()
                                                .state())
                                        .isEqualTo(state))));
    }

    /** A row that is done in one step begins its successor in the same one: there is no moment without a memory. */
    @Test
    void aNewEpisodeBeginsInTheSameStepThatEndsTheFormer() {
        OrderStep linked = HAPPENS.get("another incident, link").apply(row(OrderState.DONE));
        assertThat(linked.successor()).hasValueSatisfying(next -> {
            assertThat(next.state()).isEqualTo(OrderState.INTENT);
            assertThat(next.id().episode()).isEqualTo(2);
            assertThat(next.id().repeatOf()).isEqualTo("WO-7");
        });
        assertThat(HAPPENS.get("another incident").apply(row(OrderState.CLOSED)).successor())
                .hasValueSatisfying(next -> assertThat(next.id().repeatOf()).isEmpty());
        assertThat(HAPPENS.get("another incident")
                        .apply(row(OrderState.CANCELLED))
                        .successor())
                .isPresent();
        assertThat(HAPPENS.get("the same incident again")
                        .apply(row(OrderState.CANCELLED))
                        .successor())
                .as("a person said no to this one")
                .isEmpty();
        assertThat(HAPPENS.get("found: only closed")
                        .apply(row(OrderState.INTENT))
                        .successor())
                .isPresent();
    }

    /** A meter's warning, where the rule wants the order when the service is due. */
    @Test
    void whatAsksForNoOrderYetLeavesTheFormerOneAsItIs() {
        for (OrderState state : List.of(OrderState.DONE, OrderState.CLOSED, OrderState.CANCELLED, OrderState.DEAD)) {
            OrderRow former = row(state);
            assertThat(take(former, "k@2", 1, Type.RAISED, false))
                    .as(state.code())
                    .isEmpty();
            assertThat(take(former, "k@2", 2, Type.ACKED, false))
                    .as(state.code())
                    .isEmpty();
            OrderStep asked = take(former, "k@2", 3, Type.RAISED, true).orElseThrow();
            assertThat(asked.successor().isPresent()
                            || asked.row().plan().reopen()
                            || asked.row().state() == OrderState.INTENT)
                    .as("%s: %s", state.code(), asked)
                    .isTrue();
        }
        assertThat(take(row(OrderState.OPEN), "k@2", 1, Type.RAISED, false))
                .as("an open order hears of everything of its key")
                .isPresent();
    }

    @Test
    void onlyWhatIsRefusedForGoodIsADeadLetter() {
        HAPPENS.forEach((what, happens) -> {
            for (OrderState state : OrderState.values()) {
                boolean letter = what.equals("refused for good")
                        && (state == OrderState.INTENT || state == OrderState.CREATING || state == OrderState.UNKNOWN);
                assertThat(happens.apply(row(state)).refused())
                        .as(state + " " + what)
                        .hasSize(letter ? 1 : 0);
            }
        });
    }

    private static List<Line> table() throws IOException {
        List<Line> lines = new ArrayList<>();
        boolean inside = false;
        for (String text : Files.readAllLines(Path.of("docs/work-orders.md"))) {
            inside = inside ? text.startsWith("|") : text.startsWith("| state | what happens |");
            String[] cells = text.split("\\|");
            if (inside && cells.length > 3 && !text.startsWith("| state") && !text.startsWith("|---")) {
                lines.add(new Line(state(cells[1]), cells[2].strip(), state(cells[3])));
            }
        }
        assertThat(lines).hasSizeGreaterThan(50);
        return lines;
    }

    private static OrderState state(String cell) {
        return OrderState.valueOf(cell.strip().toUpperCase(Locale.ROOT));
    }

    private static OrderRow row(OrderState state) {
        OrderRow fresh = ALARMS.first(event("k@1", 1, Type.RAISED, Severity.MAJOR, 8), 1, "", NOW - days(1), 0);
        boolean there = state.isOpenThere() || state == OrderState.DONE;
        boolean over = state == OrderState.CLOSED || state == OrderState.CANCELLED;
        OrderRow.Facts f = fresh.facts();
        OrderRow row = fresh.in(OrderState.DONE, NOW - days(1) / 2)
                .in(state, NOW - days(1) / 2)
                .with(fresh.plan().posted(state == OrderState.INTENT || state == OrderState.DEAD ? 0 : 1, 0))
                .with(there || over ? new OrderRow.There("7", "WO-7", false, NOW) : OrderRow.There.NOWHERE);
        return state == OrderState.DONE // what was done is normal again
                ? row.with(new OrderRow.Facts(f.last(), f.severity(), f.peak(), 2, 0, false, NOW))
                : row;
    }

    private static There there(String id, OrderState state) {
        return new There(id, "WO-" + id, state, false);
    }

    private static OrderAction create(OrderRow row) {
        return new OrderAction.Create(row.id().reference(), Severity.MAJOR);
    }

    private static OrderStep find(OrderRow row, List<There> found) {
        return ANSWERS.apply(row, new OrderAction.Find(row.id().reference()), new Found(found), POLICY, NOW, 0);
    }

    /** An answer reaches only rows that made the call. */
    private static OrderStep answer(OrderRow row, OrderAction action, OrderAnswer answer, OrderState only) {
        return row.state() == only ? ANSWERS.apply(row, action, answer, POLICY, NOW, 0) : OrderStep.of(row);
    }

    private static OrderStep done(OrderRow row, OrderAction action, OrderState only) {
        return answer(row, action, new OrderAnswer.Done(), only);
    }

    private static OrderStep seen(OrderRow row, Optional<There> shown) {
        return OrderWatch.seen(row, shown, POLICY, NOW);
    }

    /** The failure of whatever call the row makes in its state. */
    private static OrderStep failed(OrderRow row, Kind kind) {
        OrderAction action = switch (row.state()) {
            case CREATING -> create(row);
            case INTENT, UNKNOWN -> new OrderAction.Find(row.id().reference());
            case OPEN, IN_PROGRESS, ON_HOLD, DONE, CLOSED, CANCELLED, DEAD -> new OrderAction.Get("7");
        };
        return ANSWERS.apply(row, action, new Failed(kind, "HTTP 500", 0), POLICY, NOW, NOW + days(7));
    }

    private static OrderStep raised(OrderRow row, String incident, OrderPolicy policy) {
        return ALARMS.take(Optional.of(row), event(incident, 5, Type.RAISED, Severity.MAJOR, 8), true, policy, NOW, 0)
                .orElseThrow();
    }

    @Test
    void theOrderThatFollowsARefusedReopeningHasItsOwnDate() {
        OrderRow row = row(OrderState.DONE);
        OrderStep step = ANSWERS.apply(
                row.with(row.plan().reopening(true)),
                new OrderAction.Reopen("7"),
                new Failed(Kind.PERMANENT, "HTTP 403", 0),
                POLICY,
                NOW,
                NOW + days(7));
        assertThat(step.successor()).hasValueSatisfying(next -> {
            assertThat(next.times().due()).isEqualTo(NOW + days(7));
            assertThat(next.id().repeatOf()).isEqualTo("WO-7");
        });
    }

    private static Optional<OrderStep> take(OrderRow row, String incident, int step, Type type, boolean wanted) {
        return ALARMS.take(Optional.of(row), event(incident, step, type, Severity.MAJOR, 8), wanted, POLICY, NOW, 0);
    }

    private static long days(int days) {
        return Duration.ofDays(days).toNanos() / 1_000;
    }
}
