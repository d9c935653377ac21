package org.millrace.kpi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.millrace.alarm.AlarmPace;
import org.millrace.rule.AlarmEvent;

/**
 * How an alarm system behaves for who sits in front of it, over one period: the figures of EEMUA 191 and ISA-18.2. What
 * counts is every annunciation, that is every RAISED.
 *
 * @param from µs since the epoch; as {@code to}
 * @param annunciations RAISED events of the period
 * @param perDay mean; as {@code perHour} and {@code perTenMinutes}
 * @param peakTenMinutes most within any ten minutes; {@code peakHour} and {@code peakMinute} likewise
 * @param timeAboveTarget share of ten-minute intervals with more than one, 0…1
 * @param floods how often more than 10 came within 10 minutes; each lasts until fewer than 5 do
 * @param timeInFlood share of the period, 0…1
 * @param high share of first annunciations that were critical or major, 0…1; {@code medium} minor, {@code low} info
 * @param chattering matters with at least three alarms that came and went within one minute
 * @param fleeting alarms that were gone within a minute, of matters that do not chatter
 * @param stale alarms that stood for more than 24 hours
 * @param topTen the ten matters that annunciated most, and how often
 * @param topTenShare their part of all, 0…1
 */
public record AlarmRates(
        long from,
        long to,
        int annunciations,
        double perDay,
        double perHour,
        double perTenMinutes,
        int peakTenMinutes,
        int peakHour,
        int peakMinute,
        double timeAboveTarget,
        int floods,
        double timeInFlood,
        double high,
        double medium,
        double low,
        int chattering,
        int fleeting,
        int stale,
        List<Actor> topTen,
        double topTenShare) {

    /** @param key what it is about: asset path / failure mode / rule */
    public record Actor(String key, int annunciations) {}

    /**
     * One figure beside what EEMUA 191 or ISA-18.2 asks for.
     *
     * @param target in words
     */
    public record Verdict(String figure, double value, String target, boolean ok) {}

    private static final long MINUTE = 60_000_000L;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final int CHATTER_CYCLES = 3;

    /** @param events of the period in the order in which they happened */
    public static AlarmRates of(List<AlarmEvent> events, long from, long to) {
        long[] times = events.stream()
                .filter(event -> event.type() == AlarmEvent.Type.RAISED)
                .mapToLong(AlarmEvent::time)
                .sorted()
                .toArray();
        double span = Math.max(1, to - from);
        AlarmPace pace = AlarmPace.of(times, from, to);
        Cycles cycles = Cycles.of(events, to);
        int[] priorities = priorities(events);
        double firsts = Math.max(1, Arrays.stream(priorities).sum());
        List<Actor> top = top(events);
        int topSum = top.stream().mapToInt(Actor::annunciations).sum();
        return new AlarmRates(
                from,
                to,
                times.length,
                pace.perDay(),
                times.length * (HOUR / span),
                pace.perTenMinutes(),
                pace.peakTenMinutes(),
                pace.peakHour(),
                pace.peakMinute(),
                pace.timeAboveTarget(),
                pace.floods(),
                pace.timeInFlood(),
                priorities[0] / firsts,
                priorities[1] / firsts,
                priorities[2] / firsts,
                cycles.chattering,
                cycles.fleeting,
                cycles.stale,
                top,
                times.length == 0 ? 0 : (double) topSum / times.length);
    }

    /** The figures that have a target, with the verdict. */
    public List<Verdict> verdicts() {
        return List.of(
                new Verdict("alarms per 10 minutes", perTenMinutes, "at most 1 (EEMUA 191)", perTenMinutes <= 1),
                new Verdict("alarms per day", perDay, "at most 150; act at 300", perDay <= 150),
                new Verdict("most in an hour", peakHour, "at most 15 (EEMUA 191)", peakHour <= 15),
                new Verdict("most in a minute", peakMinute, "at most 2 (EEMUA 191)", peakMinute <= 2),
                new Verdict(
                        "% of time above 1 per 10 min", 100 * timeAboveTarget, "0 (EEMUA 191)", timeAboveTarget == 0),
                new Verdict("% of time in flood", 100 * timeInFlood, "under 1 (ISA-18.2)", timeInFlood < 0.01),
                new Verdict("% high priority", 100 * high, "about 5 (EEMUA 191)", high <= 0.05 || annunciations < 20),
                new Verdict("chattering alarms", chattering, "0", chattering == 0),
                new Verdict("stale alarms a day", stalePerDay(), "under 5", stalePerDay() < 5),
                new Verdict(
                        "% from the ten most frequent",
                        100 * topTenShare, "1 to 5 (ISA-18.2)", topTenShare <= 0.05 || annunciations < 200));
    }

    private double stalePerDay() {
        return stale * (DAY / (double) Math.max(1, to - from));
    }

    private static int[] priorities(List<AlarmEvent> events) {
        int[] counts = new int[3];
        for (AlarmEvent event : events) {
            if (event.type() == AlarmEvent.Type.RAISED && event.step() == 1) {
                switch (event.severity()) {
                    case CRITICAL, MAJOR -> counts[0]++;
                    case MINOR -> counts[1]++;
                    case INFO -> counts[2]++;
                }
            }
        }
        return counts;
    }

    private static List<Actor> top(List<AlarmEvent> events) {
        Map<String, Integer> counts = new HashMap<>();
        for (AlarmEvent event : events) {
            if (event.type() == AlarmEvent.Type.RAISED) {
                counts.merge(event.key(), 1, Integer::sum);
            }
        }
        return counts.entrySet().stream()
                .map(e -> new Actor(e.getKey(), e.getValue()))
                .sorted(Comparator.comparingInt(Actor::annunciations).reversed().thenComparing(Actor::key))
                .limit(10)
                .toList();
    }

    /** How each alarm came and went. */
    private record Cycles(int chattering, int fleeting, int stale) {
        private record Stood(long raised, long cleared) {}

        static Cycles of(List<AlarmEvent> events, long to) {
            Map<String, List<Stood>> byKey = new HashMap<>();
            Map<String, Long> standing = new HashMap<>();
            for (AlarmEvent event : events) {
                switch (event.type()) {
                    case RAISED -> standing.putIfAbsent(event.key(), event.time());
                    case RTN_UNACK, NORMAL -> {
                        Long raised = standing.remove(event.key());
                        if (raised != null) {
                            byKey.computeIfAbsent(event.key(), k -> new ArrayList<>())
                                    .add(new Stood(raised, event.time()));
                        }
                    }
                    default -> {}
                }
            }
            int stale = (int) standing.values().stream()
                    .filter(raised -> to - raised > DAY)
                    .count();
            int chattering = 0;
            int fleeting = 0;
            for (List<Stood> alarms : byKey.values()) {
                stale += (int)
                        alarms.stream().filter(a -> a.cleared - a.raised > DAY).count();
                if (chatters(alarms)) {
                    chattering++;
                } else {
                    fleeting += (int) alarms.stream()
                            .filter(a -> a.cleared - a.raised < MINUTE)
                            .count();
                }
            }
            return new Cycles(chattering, fleeting, stale);
        }

        private static boolean chatters(List<Stood> alarms) {
            for (int i = 0; i + CHATTER_CYCLES <= alarms.size(); i++) {
                if (alarms.get(i + CHATTER_CYCLES - 1).cleared - alarms.get(i).raised <= MINUTE) {
                    return true;
                }
            }
            return false;
        }
    }
}
