package org.millrace.runtime;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.millrace.rule.AlarmEvent;
import org.millrace.store.Alarms;

/**
 * Alarms that no rule will ever close: their rule or asset was removed, or the rule watches something else now. Rule
 * state and alarms are committed together, so right after a restore every open alarm without an open incident is one.
 */
public final class Orphans {
    private Orphans() {}

    /**
     * The events that close them; the same id however often it is derived.
     *
     * @param open alarms that are not closed, from the store
     * @param incidents ids of the incidents that the restored rules have open
     * @param hubTime µs since the epoch
     */
    public static List<AlarmEvent> closing(List<Alarms.Alarm> open, List<String> incidents, long hubTime) {
        Set<String> known = new HashSet<>(incidents);
        List<AlarmEvent> events = new ArrayList<>();
        for (Alarms.Alarm alarm : open) {
            if (!known.contains(alarm.last().incident())) {
                events.add(over(alarm.last(), hubTime));
            }
        }
        return events;
    }

    private static AlarmEvent over(AlarmEvent e, long hubTime) {
        return e.step(
                e.step() + 1,
                AlarmEvent.Type.NORMAL,
                e.time(),
                Math.max(hubTime, e.hubTime()),
                "",
                e.severity(),
                Map.of("closed", "the rule " + e.rule() + " was removed or no longer watches this"),
                AlarmEvent.Handling.NONE);
    }
}
