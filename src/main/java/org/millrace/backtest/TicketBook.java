package org.millrace.backtest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.RuleFile.Severity;

/** From the events of a replay to the work orders they would have made. */
final class TicketBook {
    private static final class Incident {
        final AlarmEvent first;
        Severity severity;
        String level;
        double peak;
        OptionalLong cleared = OptionalLong.empty();

        Incident(AlarmEvent first) {
            this.first = first;
            this.severity = first.severity();
            this.level = first.level();
            this.peak = first.peak();
        }

        void take(AlarmEvent event) {
            peak = furthest(peak, event.peak(), event.low());
            switch (event.type()) {
                case RAISED -> {
                    cleared = OptionalLong.empty();
                    if (event.severity().compareTo(severity) > 0) {
                        severity = event.severity();
                        level = event.level();
                    }
                }
                case RTN_UNACK -> cleared = OptionalLong.of(event.time());
                case NORMAL -> cleared = cleared.isPresent() ? cleared : OptionalLong.of(event.time());
                default -> {}
            }
        }

        BacktestTicket ticket() {
            return new BacktestTicket(
                    first.key(),
                    first.rule(),
                    first.asset(),
                    first.title(),
                    severity,
                    level,
                    first.since(),
                    first.time(),
                    cleared,
                    peak,
                    first.unit(),
                    1);
        }
    }

    private TicketBook() {}

    /** @param stayOpen how long after the return an order is still open, so that the next incident joins it, µs */
    static List<BacktestTicket> of(List<AlarmEvent> events, long stayOpen) {
        Map<String, Incident> incidents = new LinkedHashMap<>();
        for (AlarmEvent event : events) {
            Incident known = incidents.get(event.incident());
            if (known != null) {
                known.take(event);
            } else if (event.type() == AlarmEvent.Type.RAISED) {
                incidents.put(event.incident(), new Incident(event));
            }
        }
        Map<String, BacktestTicket> open = new HashMap<>();
        List<BacktestTicket> tickets = new ArrayList<>();
        for (Incident incident : incidents.values()) {
            BacktestTicket next = incident.ticket();
            BacktestTicket before = open.get(next.key());
            if (before != null
                    && next.raised() <= end(before) + Math.min(stayOpen, Long.MAX_VALUE - Math.max(0, end(before)))) {
                tickets.remove(before);
                next = joined(before, next, incident.first.low());
            }
            open.put(next.key(), next);
            tickets.add(next);
        }
        tickets.sort(Comparator.comparingLong(BacktestTicket::raised).thenComparing(BacktestTicket::key));
        return List.copyOf(tickets);
    }

    /** Event time of the return to normal; the end of time for one that stands. */
    static long end(BacktestTicket ticket) {
        return ticket.cleared().orElse(Long.MAX_VALUE);
    }

    private static BacktestTicket joined(BacktestTicket a, BacktestTicket b, boolean low) {
        boolean rises = b.severity().compareTo(a.severity()) > 0;
        return new BacktestTicket(
                a.key(),
                a.rule(),
                a.asset(),
                a.title(),
                rises ? b.severity() : a.severity(),
                rises ? b.level() : a.level(),
                a.since(),
                a.raised(),
                b.cleared(),
                furthest(a.peak(), b.peak(), low),
                a.unit(),
                a.incidents() + b.incidents());
    }

    private static double furthest(double a, double b, boolean low) {
        if (Double.isNaN(a) || Double.isNaN(b)) {
            return Double.isNaN(a) ? b : a;
        }
        return low ? Math.min(a, b) : Math.max(a, b);
    }
}
