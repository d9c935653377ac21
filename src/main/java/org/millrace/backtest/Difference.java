package org.millrace.backtest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What changes when one version of the rules takes the place of another. Two tickets are the same one when they are about
 * the same matter and their times from first breach to return overlap.
 *
 * @param onlyOld tickets that would no longer be raised
 * @param onlyNew tickets that would be new
 * @param changed the same matter, raised at another time or with another severity
 * @param same how many stay as they are
 */
public record Difference(List<BacktestTicket> onlyOld, List<BacktestTicket> onlyNew, List<Changed> changed, int same) {
    /** @param later by how much the new one comes later, µs; negative when it comes earlier */
    public record Changed(BacktestTicket before, BacktestTicket after, long later) {
        public boolean severityChanged() {
            return before.severity() != after.severity();
        }
    }

    static Difference of(List<BacktestTicket> before, List<BacktestTicket> after) {
        Map<String, List<BacktestTicket>> left = new HashMap<>();
        before.forEach(
                t -> left.computeIfAbsent(t.key(), k -> new ArrayList<>()).add(t));
        List<BacktestTicket> onlyNew = new ArrayList<>();
        List<Changed> changed = new ArrayList<>();
        int same = 0;
        for (BacktestTicket ticket : after) {
            List<BacktestTicket> candidates = left.getOrDefault(ticket.key(), List.of());
            BacktestTicket match = candidates.stream()
                    .filter(old -> overlap(old, ticket))
                    .min(Comparator.comparingLong(old -> Math.abs(old.raised() - ticket.raised())))
                    .orElse(null);
            if (match == null) {
                onlyNew.add(ticket);
                continue;
            }
            candidates.remove(match);
            if (match.raised() == ticket.raised() && match.severity() == ticket.severity()) {
                same++;
            } else {
                changed.add(new Changed(match, ticket, ticket.raised() - match.raised()));
            }
        }
        List<BacktestTicket> onlyOld = left.values().stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparingLong(BacktestTicket::raised).thenComparing(BacktestTicket::key))
                .toList();
        return new Difference(onlyOld, List.copyOf(onlyNew), List.copyOf(changed), same);
    }

    private static boolean overlap(BacktestTicket a, BacktestTicket b) {
        return a.since() <= TicketBook.end(b) && b.since() <= TicketBook.end(a);
    }
}
