package org.millrace.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.AlarmEvent.Handling;
import org.millrace.rule.AlarmEvent.Silence;
import org.millrace.rule.AlarmEvent.Type;
import org.millrace.rule.RuleFile.Severity;

/** EEMUA 191 and ISA-18.2, figures recomputed by hand. */
class AlarmMetricsTest {
    private static final long MINUTE = 60_000_000L;
    private static final long DAY = 24 * 60 * MINUTE;

    private final List<AlarmEvent> events = new ArrayList<>();

    private AlarmEvent event(double minute, String asset, Type type, Severity severity, Handling how) {
        long time = Math.round(minute * MINUTE);
        String key = "acme/lyon/" + asset + "/VIB/vib";
        return new AlarmEvent(
                "",
                key + "@1",
                key,
                1,
                type,
                "vib",
                "High on " + asset,
                asset,
                asset,
                "acme/lyon/" + asset,
                "VIB",
                "t",
                time,
                time,
                time,
                type == Type.RAISED ? "H" : "",
                severity,
                1,
                1,
                0,
                false,
                "",
                Map.of(),
                how);
    }

    private void raised(double minute, String asset, Severity severity) {
        events.add(event(minute, asset, Type.RAISED, severity, Handling.NONE));
    }

    private void returned(double minute, String asset) {
        events.add(event(minute, asset, Type.RTN_UNACK, Severity.MINOR, Handling.NONE));
    }

    private AlarmMetrics whole() {
        return AlarmMetrics.of(events, List.of(), AlarmEvent::asset, 0, DAY).getFirst();
    }

    @Test
    void aQuietDay() {
        assertThat(whole().alarms()).isZero();
        assertThat(whole().perDay()).isZero();
        assertThat(whole().topShare()).isZero();
    }

    @Test
    void ratesArePerPeriodAndPeaksSlide() {
        for (int i = 0; i < 144; i++) {
            raised(i * 10 + 1, "A", Severity.MINOR); // one in every ten minutes
        }
        assertThat(whole().perTenMinutes()).isEqualTo(1.0);
        assertThat(whole().perDay()).isEqualTo(144.0);
        assertThat(whole().peakTenMinutes()).isEqualTo(1);
        assertThat(whole().peakHour()).isEqualTo(6);
        assertThat(whole().timeAboveTarget()).isZero();
        raised(1_435, "A", Severity.MINOR);
        assertThat(whole().timeAboveTarget()).isCloseTo(1 / 144.0, within(1e-9));
    }

    /** 12 alarms, one a minute from 0 to 11: the 11th makes the flood; under five are left when that of 7 is ten minutes old. */
    @Test
    void aFloodLastsUntilFewerThanFiveCameInTenMinutes() {
        for (int i = 0; i < 12; i++) {
            raised(i, "A" + i, Severity.MINOR);
        }
        assertThat(whole().floods()).isZero();
        events.clear();
        for (int i = 0; i < 12; i++) {
            raised(i * 0.5, "A" + i, Severity.MINOR);
        }
        assertThat(whole().floods()).isEqualTo(1);
        // begins at 5.0; the alarms are those of 0 to 5.5: the eighth (3.5) leaves at 13.5, and four are left
        assertThat(whole().timeInFlood() * 24 * 60).isCloseTo(8.5, within(1e-6));
        assertThat(whole().peakTenMinutes()).isEqualTo(12);
    }

    @Test
    void threeCyclesInAMinuteAreChatterOneIsFleeting() {
        for (int i = 0; i < 3; i++) {
            raised(i * 0.3, "A", Severity.MINOR);
            returned(i * 0.3 + 0.1, "A");
        }
        raised(10, "B", Severity.MINOR);
        returned(10.5, "B");
        raised(20, "C", Severity.MINOR);
        returned(22, "C");
        assertThat(whole().chattering()).isEqualTo(1);
        assertThat(whole().fleeting()).isEqualTo(1);
    }

    @Test
    void whatIsShelvedIsCountedAsShelvedNotAsACall() {
        raised(1, "A", Severity.MINOR);
        events.add(event(
                2,
                "B",
                Type.RAISED,
                Severity.MINOR,
                new Handling("", "", false, List.of(Silence.SHELVED), "", "", false, "", 0)));
        events.add(event(
                3,
                "C",
                Type.RAISED,
                Severity.MINOR,
                new Handling("", "", false, List.of(Silence.GROUP_WAIT), "", "", false, "", 0)));
        assertThat(whole().alarms()).isEqualTo(1);
        assertThat(whole().silenced()).isEqualTo(Map.of(Silence.SHELVED, 1));
    }

    @Test
    void staleIsStandingForMoreThanADay() {
        AlarmEvent old = event(0, "A", Type.RAISED, Severity.MINOR, Handling.NONE);
        AlarmEvent young = event(60, "B", Type.RAISED, Severity.MINOR, Handling.NONE);
        AlarmMetrics metrics = AlarmMetrics.of(List.of(), List.of(old, young), AlarmEvent::asset, DAY / 2, DAY + MINUTE)
                .getFirst();
        assertThat(metrics.standing()).isEqualTo(2);
        assertThat(metrics.stale()).isEqualTo(1);
    }

    @Test
    void prioritiesTheTenMostFrequentAndAreas() {
        for (int i = 0; i < 20; i++) {
            raised(i * 20, "A", Severity.INFO);
        }
        for (int i = 0; i < 15; i++) {
            raised(400 + i * 20, "B" + i, i == 0 ? Severity.CRITICAL : Severity.MINOR);
        }
        AlarmMetrics metrics = whole();
        assertThat(metrics.low()).isCloseTo(20 / 35.0, within(1e-9));
        assertThat(metrics.medium()).isCloseTo(14 / 35.0, within(1e-9));
        assertThat(metrics.high()).isCloseTo(1 / 35.0, within(1e-9));
        assertThat(metrics.top()).hasSize(10);
        assertThat(metrics.top().getFirst()).isEqualTo(new AlarmMetrics.Actor("vib@A", "High on A", 20));
        assertThat(metrics.topShare()).isCloseTo(29 / 35.0, within(1e-9));
        List<AlarmMetrics> all = AlarmMetrics.of(events, List.of(), AlarmEvent::asset, 0, DAY);
        assertThat(all).hasSize(17);
        assertThat(all.get(1).area()).isEqualTo("A");
        assertThat(all.stream().skip(1).mapToInt(AlarmMetrics::alarms).sum()).isEqualTo(35);
    }
}
