package org.millrace.store;

import java.util.Map;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.RuleFile.Severity;

/** Alarm events for tests: a pump whose vibration is too high. */
public final class AlarmEvents {
    public static final String KEY = "acme/lyon/p-101/VIB/vib-zone";

    private AlarmEvents() {}

    public static AlarmEvent event(String incident, int step, AlarmEvent.Type type, Severity severity, double value) {
        return event(KEY, incident, step, type, severity, value);
    }

    public static AlarmEvent event(
            String key, String incident, int step, AlarmEvent.Type type, Severity severity, double value) {
        long since = 1_790_000_000_000_000L;
        return new AlarmEvent(
                incident + "." + step,
                incident,
                key,
                step,
                type,
                "vib-zone",
                "Vibration zone D on Pump 101",
                "P-101",
                "Pump 101",
                "acme/lyon/p-101",
                "VIB",
                "vibration.velocity_rms",
                since + step * 60_000_000L,
                since + step * 60_000_000L + 5,
                since,
                type == AlarmEvent.Type.RAISED ? "D" : "",
                severity,
                value,
                value,
                7.1,
                false,
                "mm/s",
                Map.of("vibration.velocity_rms", value + " mm/s (GOOD)"));
    }
}
