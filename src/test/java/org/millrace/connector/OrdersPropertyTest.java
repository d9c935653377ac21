package org.millrace.connector;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.millrace.connector.ModelServer.Fate;
import org.millrace.connector.ModelServer.Order;
import org.millrace.connector.OrderClient.State;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.AlarmEvent.Type;
import org.millrace.rule.RuleFile.Severity;
import org.millrace.store.AlarmEvents;
import org.millrace.ticket.MemoryLedger;
import org.millrace.ticket.OrderLedger;
import org.millrace.ticket.OrderPolicy;
import org.millrace.ticket.OrderRow;
import org.millrace.ticket.OrderState;

/**
 * Random alarms, answers, people, pauses and deaths of the process between any two of its steps. When all is well again:
 * never two open orders of one key, never a creation without a find before it, and nothing an alarm said forgotten.
 */
class OrdersPropertyTest {
    private static final Fate[] TROUBLE = {
        Fate.LOST, Fate.SWALLOWED, Fate.LATE, Fate.REFUSED, Fate.THROTTLED, Fate.UNAUTHORIZED, Fate.LOST, Fate.LATE
    };
    private static final int KEYS = 2;

    @Property(tries = 200)
    void neverTwoOpenOrdersNeverACreationWithoutAFindAndNothingForgotten(@ForAll long seed) {
        new Run(seed).go();
    }

    /** The process dies here. */
    private static final class Died extends RuntimeException {
        Died() {
            super("died", null, false, false);
        }
    }

    private static final class Run {
        private final Random random;
        private final OrderBench bench = new OrderBench();
        private final ModelServer server;
        private final Fragile ledger;
        private final Map<String, String> incidents = new HashMap<>();
        private final Map<String, Integer> steps = new HashMap<>();
        private final Map<String, Severity> worst = new HashMap<>();
        private final List<AlarmEvent> undelivered = new ArrayList<>();
        private boolean troubled = true;
        private Orders orders;
        private int count;

        Run(long seed) {
            random = new Random(seed);
            boolean polls = random.nextBoolean();
            bench.policy = OrderPolicy.STANDARD.with(
                    Duration.ofHours(1 + random.nextInt(30)),
                    random.nextBoolean() ? OrderPolicy.OnRepeat.REOPEN : OrderPolicy.OnRepeat.LINK,
                    random.nextBoolean());
            server = new ModelServer(
                    () -> bench.now,
                    new OrderClient.Capabilities(true, true, true, random.nextBoolean(), polls, false));
            server.fate = () -> troubled && random.nextInt(3) == 0 ? TROUBLE[random.nextInt(TROUBLE.length)] : Fate.OK;
            ledger = new Fragile(bench.ledger);
            orders = bench.make(server, ledger);
        }

        void go() {
            // sixty things happen, then a day passes in peace
            for (int i = 0; i < 60; i++) {
                server.lateBy = Duration.ofSeconds(random.nextInt(300)).toNanos() / 1_000;
                switch (random.nextInt(6)) {
                    case 0, 1 -> alarm("key" + random.nextInt(KEYS));
                    case 2 -> person();
                    default -> pass(random.nextInt(4) == 0 ? 3 * 3_600 : 1 + random.nextInt(200));
                }
            }
            troubled = false;
            for (int i = 0; i < 30; i++) {
                pass(3_600);
            }
            verify();
        }

        /** What the routes do: the same event until it was taken. */
        private void alarm(String key) {
            String incident = incidents.get(key);
            Type type = Type.RAISED;
            if (incident == null || random.nextInt(4) == 0) {
                incident = key + "@" + count++;
                incidents.put(key, incident);
                steps.put(incident, 0);
            } else {
                type = Type.values()[random.nextInt(Type.values().length)];
            }
            int step = steps.merge(incident, 1, Integer::sum);
            Severity severity = Severity.values()[1 + random.nextInt(3)];
            undelivered.add(AlarmEvents.event(key, incident, step, type, severity, 5 + random.nextInt(5)));
            deliver();
        }

        private void deliver() {
            while (!undelivered.isEmpty()) {
                try {
                    if (orders.deliver(undelivered.getFirst()) instanceof WorkOrderSystem.Delivery.Deferred) {
                        return;
                    }
                    AlarmEvent event = undelivered.removeFirst();
                    if (random.nextInt(5) == 0) {
                        orders.deliver(event); // and once more after it was
                    }
                } catch (Died e) {
                    orders = bench.make(server, ledger);
                }
            }
        }

        private void person() {
            List<Order> tracked = server.open().stream()
                    .filter(order -> bench.ledger
                            .byRemoteId("model", order.id)
                            .map(row -> row.state().isOpenThere())
                            .orElse(false))
                    .toList();
            if (!tracked.isEmpty()) {
                State[] next = {State.IN_PROGRESS, State.DONE, State.CANCELLED, State.ON_HOLD};
                server.person(tracked.get(random.nextInt(tracked.size())).id, next[random.nextInt(next.length)]);
            }
        }

        private void pass(int seconds) {
            long end = bench.now + seconds * 1_000_000L;
            while (bench.now < end) {
                bench.now = Math.min(end, bench.now + Math.max(5_000_000L, (end - bench.now) / 4));
                try {
                    ledger.mayDie = troubled;
                    orders.round();
                } catch (Died e) {
                    orders = bench.make(server, ledger);
                } finally {
                    ledger.mayDie = false;
                }
                deliver();
            }
        }

        private void verify() {
            assertThat(server.violation).isEmpty();
            Map<String, Long> open = server.open().stream()
                    .collect(Collectors.groupingBy(
                            order -> order.reference.replaceAll(":\\d+$", ""), Collectors.counting()));
            assertThat(open)
                    .as(
                            "%s",
                            String.join(
                                    "\n",
                                    bench.ledger.log().stream()
                                            .map(Object::toString)
                                            .toList()))
                    .allSatisfy((key, n) -> assertThat(n).isEqualTo(1));
            incidents
                    .values()
                    .forEach(incident -> assertThat(bench.ledger.step("model", incident))
                            .as("steps taken of %s", incident)
                            .isIn(steps.get(incident), 0));
            for (OrderRow row : bench.ledger.all()) {
                assertThat(row.state())
                        .as("nothing is left half done: %s", row)
                        .isNotIn(OrderState.INTENT, OrderState.CREATING, OrderState.UNKNOWN);
                if (row.state().isOpenThere()) {
                    Order order = server.orders.get(row.there().id());
                    assertThat(order.state.name()).isEqualTo(row.state().name());
                    assertThat(order.severity)
                            .as("%s; given up: %s", row, bench.letters)
                            .isEqualTo(row.facts().severity());
                    assertThat(row.told().said())
                            .as("the order knows all: %s", row)
                            .isEqualTo(new OrderRow.Said(
                                    row.facts().severity(),
                                    row.facts().repeats(),
                                    row.facts().active()));
                }
            }
        }

        /** Dies before or after a commit, or in the middle of a call's booking. */
        private final class Fragile implements OrderLedger {
            private final MemoryLedger ledger;
            private boolean mayDie;

            Fragile(MemoryLedger ledger) {
                this.ledger = ledger;
            }

            @Override
            public void commit(Change change) {
                if (mayDie && random.nextInt(12) == 0) {
                    throw new Died();
                }
                ledger.commit(change);
                if (mayDie && random.nextInt(12) == 0) {
                    throw new Died();
                }
            }

            @Override
            public Optional<OrderRow> latest(String system, String key) {
                return ledger.latest(system, key);
            }

            @Override
            public Optional<OrderRow> byReference(String system, String reference) {
                return ledger.byReference(system, reference);
            }

            @Override
            public Optional<OrderRow> byRemoteId(String system, String id) {
                return ledger.byRemoteId(system, id);
            }

            @Override
            public int step(String system, String incident) {
                return ledger.step(system, incident);
            }

            @Override
            public List<OrderRow> due(String system, long now, int limit) {
                return ledger.due(system, now, limit);
            }

            @Override
            public Waiting waiting(String system, long now) {
                return ledger.waiting(system, now);
            }

            @Override
            public long nextWake(String system) {
                return ledger.nextWake(system);
            }

            @Override
            public List<OrderRow> watched(String system) {
                return ledger.watched(system);
            }

            @Override
            public String cursor(String system) {
                return ledger.cursor(system);
            }
        }
    }
}
