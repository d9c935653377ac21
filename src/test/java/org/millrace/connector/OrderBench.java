package org.millrace.connector;

import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.millrace.connector.ModelServer.Fate;
import org.millrace.connector.WorkOrderSystem.Delivery;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.RuleFile.Severity;
import org.millrace.signal.Micros;
import org.millrace.ticket.MemoryLedger;
import org.millrace.ticket.OrderNotes;
import org.millrace.ticket.OrderPolicy;
import org.millrace.ticket.OrderRow;
import org.millrace.ticket.Ticket;
import org.millrace.ticket.Words;

/** {@link Orders} without its thread: time passes when a test says so. */
final class OrderBench {
    long now = 1_800_000_000_000_000L;
    final MemoryLedger ledger = new MemoryLedger();
    final List<String> letters = new ArrayList<>();
    final List<String> audit = new ArrayList<>();
    final List<String> said = new ArrayList<>();
    OrderPolicy policy = OrderPolicy.STANDARD;
    OrderClient.Capabilities capabilities = ModelServer.everything();
    Duration pollEvery = Duration.ofSeconds(30);
    ModelServer server = new ModelServer(() -> now, capabilities);
    private Orders orders = make(server, ledger);

    Orders make(OrderClient client, org.millrace.ticket.OrderLedger on) {
        InstantSource ticking = () -> Micros.instant(now);
        return new Orders(
                client,
                on,
                new Texts(),
                new Orders.Rules() {
                    @Override
                    public OrderPolicy policy(String rule) {
                        return policy;
                    }

                    @Override
                    public boolean wanted(AlarmEvent event) {
                        return true;
                    }

                    @Override
                    public Duration within(AlarmEvent event) {
                        return Duration.ofHours(24);
                    }
                },
                new Orders.Records() {
                    @Override
                    public void deadLetter(String system, AlarmEvent event, String why) {
                        letters.add(event.id() + " " + why);
                    }

                    @Override
                    public void audit(String what, String detail) {
                        audit.add(what + " " + detail);
                    }

                    @Override
                    public void working(String order, String asset, String failureMode, boolean begun) {
                        said.add((begun ? "begun " : "ended ") + order + " " + asset + " " + failureMode);
                    }

                    @Override
                    public void finished(String order, AlarmEvent last, long when) {
                        said.add("finished " + order + " " + last.incident());
                    }
                },
                new Orders.Settings(pollEvery, Duration.ofSeconds(2), Duration.ofMinutes(5)),
                ticking.withZone(ZoneOffset.UTC));
    }

    /** What a new process finds: the ledger, and the system as it is. */
    void restart() {
        if (!server.capabilities().equals(capabilities)) {
            server = new ModelServer(() -> now, capabilities);
        }
        orders = make(server, ledger);
    }

    Orders orders() {
        return orders;
    }

    OrderRow row() {
        return ledger.all().getLast();
    }

    Delivery deliver(AlarmEvent event) {
        return orders.deliver(event);
    }

    void run() {
        orders.round();
        orders.round();
    }

    void pass(Duration duration) {
        long end = now + duration.toNanos() / 1_000;
        while (now < end) {
            long wake = Math.min(end, Math.max(now + 1_000_000, Math.min(ledger.nextWake("model"), now + 30_000_000)));
            now = wake;
            orders.round();
        }
    }

    /** These fates, then all is well. */
    Supplier<Fate> once(List<Fate> fates) {
        Deque<Fate> next = new ArrayDeque<>(fates);
        return () -> next.isEmpty() ? Fate.OK : next.pop();
    }

    private static final class Texts implements OrderTexts {
        @Override
        public Ticket write(AlarmEvent event) {
            return new Ticket(event.title(), "value " + event.value(), "<svg/>");
        }

        @Override
        public OrderNotes notes() {
            return new OrderNotes(new Words(Locale.ENGLISH));
        }

        @Override
        public Optional<byte[]> png(Ticket ticket) {
            return Optional.empty();
        }

        @Override
        public Map<String, String> cmms(String asset) {
            return Map.of();
        }

        @Override
        public boolean assetDown(AlarmEvent event) {
            return event.severity() == Severity.CRITICAL;
        }

        @Override
        public String link(AlarmEvent event) {
            return "";
        }
    }
}
