package org.millrace.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.AlarmEvent.Type;
import org.millrace.rule.RuleFile.Severity;

/** The figures of facts EEMUA 191 and ISA-18.2, each on a sequence made for it. */
class AlarmRatesTest {
    private static final long SECOND = 1_000_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private final List<AlarmEvent> events = new ArrayList<>();

    private void event(String key, int incident, int step, Type type, Severity severity, long time) {
        String id = key + "@" + incident;
        events.add(new AlarmEvent(
                id + "." + step,
                id,
                key,
                step,
                type,
                "r",
                "t",
                "A",
                "A",
                "p",
                "OTH",
                "p/t",
                time,
                time,
                time,
                "H",
                severity,
                1,
                1,
                1,
                false,
                "",
                Map.of()));
    }

    private void alarm(String key, int incident, long raised, long cleared) {
        event(key, incident, 1, Type.RAISED, Severity.MINOR, raised);
        event(key, incident, 2, Type.RTN_UNACK, Severity.MINOR, cleared);
    }

    private AlarmRates rates(long to) {
        events.sort((a, b) -> Long.compare(a.time(), b.time()));
        return AlarmRates.of(events, 0, to);
    }

    @Test
    void countsEveryAnnunciationAlsoAnEscalation() {
        event("a", 1, 1, Type.RAISED, Severity.MINOR, MINUTE);
        event("a", 1, 2, Type.RAISED, Severity.CRITICAL, 2 * MINUTE);
        alarm("b", 1, HOUR, HOUR + MINUTE);

        AlarmRates rates = rates(DAY);

        assertThat(rates.annunciations()).isEqualTo(3);
        assertThat(rates.perDay()).isEqualTo(3);
        assertThat(rates.perHour()).isEqualTo(3 / 24.0);
        assertThat(rates.peakTenMinutes()).isEqualTo(2);
        assertThat(rates.peakMinute()).isEqualTo(1);
        assertThat(rates.timeAboveTarget()).isEqualTo(1 / 144.0);
        assertThat(rates.medium())
                .as("priority is that of the first annunciation")
                .isEqualTo(1);
        assertThat(rates.topTen()).containsExactly(new AlarmRates.Actor("a", 2), new AlarmRates.Actor("b", 1));
    }

    @Test
    void aFloodBeginsWithTheEleventhWithinTenMinutesAndEndsWhenFewerThanFiveAreLeft() {
        for (int i = 0; i < 11; i++) {
            alarm("k" + i, 1, i * 30 * SECOND, i * 30 * SECOND + 5 * MINUTE);
        }

        AlarmRates rates = rates(HOUR);

        assertThat(rates.floods()).isEqualTo(1);
        // begins at 5 min; the seventh alarm (180 s) leaves the ten minutes at 13 min and then four are left
        assertThat(rates.timeInFlood() * HOUR).isEqualTo(8.0 * MINUTE);
        assertThat(rates.peakTenMinutes()).isEqualTo(11);
    }

    @Test
    void tenWithinTenMinutesAreNoFlood() {
        for (int i = 0; i < 10; i++) {
            alarm("k" + i, 1, i * SECOND, 5 * MINUTE);
        }

        assertThat(rates(HOUR).floods()).isZero();
    }

    @Test
    void aFloodThatLastsAtTheEndIsCountedToTheEnd() {
        for (int i = 0; i < 20; i++) {
            alarm("k" + i, 1, 50 * MINUTE + i * SECOND, 59 * MINUTE);
        }

        AlarmRates rates = rates(55 * MINUTE);

        assertThat(rates.floods()).isEqualTo(1);
        assertThat(rates.timeInFlood() * 55 * MINUTE).isEqualTo(5 * MINUTE - 10.0 * SECOND);
    }

    @Test
    void threeCyclesInAMinuteChatterAndAShortOneAloneIsFleeting() {
        for (int i = 0; i < 3; i++) {
            alarm("chatters", i, i * 20 * SECOND, i * 20 * SECOND + 10 * SECOND);
        }
        alarm("fleeting", 1, HOUR, HOUR + 20 * SECOND);
        alarm("lasts", 1, HOUR, HOUR + 10 * MINUTE);

        AlarmRates rates = rates(DAY);

        assertThat(rates.chattering()).isEqualTo(1);
        assertThat(rates.fleeting()).isEqualTo(1);
    }

    @Test
    void anAlarmThatStandsForMoreThanADayIsStaleWhetherItHasEndedOrNot() {
        alarm("ended", 1, 0, DAY + HOUR);
        alarm("short", 1, 0, DAY);
        event("stands", 1, 1, Type.RAISED, Severity.MAJOR, HOUR);

        AlarmRates rates = rates(3 * DAY);

        assertThat(rates.stale()).isEqualTo(2);
        assertThat(rates.high()).isEqualTo(1 / 3.0);
    }

    @Test
    void aPeriodWithoutAlarmsMeetsEveryTarget() {
        assertThat(rates(DAY).verdicts()).allMatch(AlarmRates.Verdict::ok);
    }
}
