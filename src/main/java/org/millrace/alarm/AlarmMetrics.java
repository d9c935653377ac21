package org.millrace.alarm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.AlarmEvent.Silence;
import org.millrace.rule.AlarmEvent.Type;
import org.millrace.rule.RuleFile.Severity;

/**
 * How the alarms of one part of the plant bear on those who must answer them, over one period. An alarm here is a call
 * for attention (RAISED or REALARMED, told), at the hub time at which people got it; what was silenced is counted apart.
 *
 * @param area part of the plant; empty = all of it
 * @param from hub time, µs; as {@code to}, not included
 * @param alarms calls in the period
 * @param perTenMinutes mean; target: at most 1 (EEMUA 191)
 * @param perDay mean; at most 150 manageable, from 300 act
 * @param peakTenMinutes most in any ten minutes
 * @param peakHour most in any hour; target: at most 15 (EEMUA 191)
 * @param timeAboveTarget share of ten-minute intervals with more than one, 0…1; target 0 (EEMUA 191)
 * @param floods how often more than 10 came within 10 minutes
 * @param timeInFlood share of the period until fewer than 5 did, 0…1; target under 0.01 (ISA-18.2)
 * @param chattering alarms active and back three times within a minute; target 0
 * @param fleeting alarms that had returned within a minute and do not chatter
 * @param stale alarms that have stood for more than 24 hours at the end of the period; target under 5
 * @param standing active at the end of the period
 * @param silenced raised and not told, by reason
 * @param high share of critical and major, 0…1; target 0.05 (EEMUA 191); {@code medium} minor 0.15, {@code low} info 0.80
 * @param top the ten most frequent
 * @param topShare their share of all, 0…1; target up to 0.05 (ISA-18.2)
 */
public record AlarmMetrics(
        String area,
        long from,
        long to,
        int alarms,
        double perTenMinutes,
        double perDay,
        int peakTenMinutes,
        int peakHour,
        double timeAboveTarget,
        int floods,
        double timeInFlood,
        int chattering,
        int fleeting,
        int stale,
        int standing,
        Map<Silence, Integer> silenced,
        double high,
        double medium,
        double low,
        List<Actor> top,
        double topShare) {

    /** A bad actor: an alarm and how often it called. @param alarm {@code rule@asset} */
    public record Actor(String alarm, String title, int count) {}

    private static final long MINUTE = 60_000_000L;
    private static final long DAY = 24 * 60 * MINUTE;
    private static final int CYCLES = 3;
    private static final int TOP = 10;

    /**
     * The whole first, then each part that had an alarm, by name.
     *
     * @param events of the period, in order
     * @param open latest events of the alarms that are not over at the end of the period
     * @param area part of the plant an event belongs to
     */
    public static List<AlarmMetrics> of(
            List<AlarmEvent> events, List<AlarmEvent> open, Function<AlarmEvent, String> area, long from, long to) {
        List<AlarmMetrics> all = new ArrayList<>(List.of(of("", events, open, from, to)));
        Map<String, List<AlarmEvent>> byArea = new TreeMap<>();
        Map<String, List<AlarmEvent>> openByArea = new HashMap<>();
        events.forEach(e ->
                byArea.computeIfAbsent(area.apply(e), a -> new ArrayList<>()).add(e));
        open.forEach(e -> {
            byArea.computeIfAbsent(area.apply(e), a -> new ArrayList<>());
            openByArea.computeIfAbsent(area.apply(e), a -> new ArrayList<>()).add(e);
        });
        byArea.forEach((name, of) -> all.add(of(name, of, openByArea.getOrDefault(name, List.of()), from, to)));
        return all;
    }

    private static AlarmMetrics of(String area, List<AlarmEvent> events, List<AlarmEvent> open, long from, long to) {
        List<AlarmEvent> calls = events.stream().filter(AlarmMetrics::isCall).toList();
        long[] times = calls.stream().mapToLong(AlarmEvent::hubTime).sorted().toArray();
        AlarmPace pace = AlarmPace.of(times, from, to);
        double n = Math.max(1, calls.size());
        Cycles cycles = Cycles.of(events);
        List<Actor> top = top(calls);
        List<AlarmEvent> active =
                open.stream().filter(e -> !e.level().isEmpty()).toList();
        return new AlarmMetrics(
                area,
                from,
                to,
                calls.size(),
                pace.perTenMinutes(),
                pace.perDay(),
                pace.peakTenMinutes(),
                pace.peakHour(),
                pace.timeAboveTarget(),
                pace.floods(),
                pace.timeInFlood(),
                cycles.chattering,
                cycles.fleeting,
                (int) active.stream().filter(e -> stood(e, to) > DAY).count(),
                active.size(),
                silenced(events),
                calls.stream()
                                .filter(e -> e.severity().compareTo(Severity.MAJOR) >= 0)
                                .count()
                        / n,
                calls.stream().filter(e -> e.severity() == Severity.MINOR).count() / n,
                calls.stream().filter(e -> e.severity() == Severity.INFO).count() / n,
                top,
                top.stream().mapToInt(Actor::count).sum() / n);
    }

    /** Since its first breach, by the clock of its input; from the last event on by the hub's. */
    private static long stood(AlarmEvent last, long to) {
        return Math.max(0, last.time() - last.since()) + Math.max(0, to - last.hubTime());
    }

    private static boolean isCall(AlarmEvent e) {
        return e.handling().announced() && (e.type() == Type.RAISED || e.type() == Type.REALARMED);
    }

    private static Map<Silence, Integer> silenced(List<AlarmEvent> events) {
        Map<Silence, Integer> counts = new TreeMap<>();
        for (AlarmEvent e : events) {
            if (e.type() == Type.RAISED
                    && !e.handling().announced()
                    && !e.handling().silencedBy().isEmpty()) {
                Silence first = e.handling().silencedBy().getFirst();
                if (first != Silence.GROUP_WAIT) { // told in a moment
                    counts.merge(first, 1, Integer::sum);
                }
            }
        }
        return counts;
    }

    private static List<Actor> top(List<AlarmEvent> calls) {
        Map<String, Integer> counts = new HashMap<>();
        Map<String, String> titles = new HashMap<>();
        for (AlarmEvent e : calls) {
            String alarm = e.key().endsWith("/FLOOD") ? e.key() : e.rule() + "@" + e.asset();
            counts.merge(alarm, 1, Integer::sum);
            titles.put(alarm, e.title());
        }
        return counts.entrySet().stream()
                .map(e -> new Actor(e.getKey(), titles.getOrDefault(e.getKey(), ""), e.getValue()))
                .sorted(Comparator.comparingInt(Actor::count).reversed().thenComparing(Actor::alarm))
                .limit(TOP)
                .toList();
    }

    private record Cycles(int chattering, int fleeting) {
        static Cycles of(List<AlarmEvent> events) {
            Map<String, Deque<Long>> returns = new HashMap<>();
            Map<String, Long> raised = new HashMap<>();
            Map<String, Integer> brief = new HashMap<>();
            Set<String> chattering = new HashSet<>();
            for (AlarmEvent e : events) {
                if (e.type() == Type.RAISED) {
                    raised.putIfAbsent(e.key(), e.time());
                } else if ((e.type() == Type.RTN_UNACK || e.type() == Type.NORMAL) && raised.containsKey(e.key())) {
                    long lasted = e.time() - raised.getOrDefault(e.key(), e.time());
                    raised.remove(e.key());
                    if (lasted < MINUTE) {
                        brief.merge(e.key(), 1, Integer::sum);
                    }
                    Deque<Long> last = returns.computeIfAbsent(e.key(), key -> new ArrayDeque<>());
                    last.addLast(e.time());
                    while (last.getFirst() <= e.time() - MINUTE) {
                        last.removeFirst();
                    }
                    if (last.size() >= CYCLES) {
                        chattering.add(e.key());
                    }
                }
            }
            brief.keySet().removeAll(chattering);
            return new Cycles(
                    chattering.size(),
                    brief.values().stream().mapToInt(Integer::intValue).sum());
        }
    }
}
