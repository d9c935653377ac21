package org.millrace.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.AlarmEvent.Type;
import org.millrace.rule.RuleFile;
import org.millrace.rule.RuleFile.Severity;
import org.millrace.signal.Quality;

/** The ticket of a pump whose vibration rose to zone C and then D; golden files hold every word and every pixel. */
class TicketTextTest {
    static final long SECOND = 1_000_000L;
    static final long T0 = Instant.parse("2026-11-22T17:00:00Z").getEpochSecond() * SECOND;
    static final String TAG = "acme/lyon/utilities/cooling/p-101/vibration.velocity_rms";

    private static final AlarmEvent RAISED_C =
            event(1, Type.RAISED, "C", Severity.MINOR, T0 + 60 * SECOND, 4.6, 4.72, 4.499999999999);
    private static final AlarmEvent RAISED_D =
            event(2, Type.RAISED, "D", Severity.CRITICAL, T0 + 125 * SECOND, 7.8299999, 8.12, 7.1);
    private static final AlarmEvent RETURNED =
            event(3, Type.RTN_UNACK, "", Severity.CRITICAL, T0 + 3725 * SECOND, 2.1, 8.12, 7.1);

    static AlarmEvent event(
            int step, Type type, String level, Severity severity, long time, double value, double peak, double limit) {
        return new AlarmEvent(
                "i." + step,
                "lyon/p-101@1",
                "lyon/p-101/VIB/vib-zone",
                step,
                type,
                "vib-zone",
                "Vibration zone " + level + " on Cooling water pump",
                "P-101",
                "Cooling water pump",
                "acme/lyon/utilities/cooling/p-101",
                "VIB",
                TAG,
                time,
                time,
                T0,
                level,
                severity,
                value,
                peak,
                limit,
                false,
                "mm/s",
                Map.of("vibration.velocity_rms", "7.83 mm/s (GOOD)", "state", "RUN (UNCERTAIN)"));
    }

    private static TicketText writer(List<TrendPoint> points, AlarmEvent... history) {
        return new TicketText(
                new TicketText.Settings(Locale.ENGLISH, ZoneId.of("Europe/Paris"), "http://hub.example:8080/"),
                new TicketText.Evidence() {
                    @Override
                    public List<TrendPoint> trend(String tag, long from, long to) {
                        return tag.equals(TAG) ? points : List.of();
                    }

                    @Override
                    public List<AlarmEvent> history(String incident) {
                        return List.of(history);
                    }

                    @Override
                    public Optional<RuleFile.Guidance> guidance(String rule) {
                        return Optional.of(new RuleFile.Guidance(
                                "Check alignment and suction pressure (cavitation).",
                                Optional.of("https://intranet/doc/P-101")));
                    }
                });
    }

    static List<TrendPoint> halfHour(long end) {
        List<TrendPoint> points = new ArrayList<>();
        for (int i = 0; i < 1800; i++) {
            double minutes = i / 60.0;
            int quality = i > 600 && i < 700 ? Quality.BAD_COMMUNICATION_ERROR : Quality.GOOD;
            points.add(new TrendPoint(
                    end - (1800 - i) * SECOND, 2.5 + (minutes > 24 ? minutes - 24 : 0) + (i % 7) * .02, quality));
        }
        return points;
    }

    @Test
    void saysWhatWhereSinceWhenHowFarAndWhatToCheck() throws IOException {
        Ticket ticket = writer(halfHour(RAISED_D.time()), RAISED_C, RAISED_D).write(RAISED_D);
        assertThat(ticket.title()).isEqualTo("P-101: Vibration zone D on Cooling water pump");
        golden("raised.txt", ticket.text());
        golden("raised.svg", ticket.trendSvg());
    }

    @Test
    void keepsTheTitleAndSeverityOfTheWorstWhenTheValueHasReturned() throws IOException {
        Ticket ticket = writer(List.of(), RAISED_C, RAISED_D).write(RETURNED);
        assertThat(ticket.title()).isEqualTo("P-101: Vibration zone D on Cooling water pump");
        assertThat(ticket.trendSvg()).as("no points, no picture").isEmpty();
        golden("returned.txt", ticket.text());
    }

    @Test
    void keepsTitleLimitAndSeverityOfTheHighestLevelWhenTheValueFallsToALowerOne() {
        AlarmEvent lowered = event(3, Type.LOWERED, "C", Severity.MINOR, T0 + 300 * SECOND, 5.1, 8.12, 4.5);
        Ticket ticket = writer(List.of(), RAISED_C, RAISED_D).write(lowered);
        assertThat(ticket.title()).isEqualTo("P-101: Vibration zone D on Cooling water pump");
        assertThat(ticket.text())
                .contains(
                        "Severity: critical (level D reached), now minor (level C)\n",
                        "Highest: 8.12 mm/s (limit 7.1 mm/s, level D)\n");
    }

    @Test
    void measuresARecordingOf2013ByItsOwnClockAlsoWhenItIsAcknowledgedToday() {
        long recorded = Instant.parse("2013-12-16T16:00:00Z").getEpochSecond() * SECOND;
        AlarmEvent raised = replayed(RAISED_C, 1, Type.RAISED, "C", recorded + 600 * SECOND, recorded);
        AlarmEvent returned = replayed(RETURNED, 2, Type.RTN_UNACK, "", recorded + 7200 * SECOND, recorded);
        AlarmEvent over = replayed(RETURNED, 3, Type.NORMAL, "", T0 + 3600 * SECOND, recorded);
        assertThat(writer(List.of(), raised, returned).write(over).text()).contains("Lasted: 2 hours\n");
        AlarmEvent acknowledged = replayed(RAISED_C, 2, Type.ACKED, "C", T0 + 60 * SECOND, recorded);
        assertThat(writer(List.of(), raised).write(acknowledged).text()).contains("Lasting: 11 minutes so far\n");
    }

    /** Stamped by a device whose clock is in {@code since}'s year; the hub took it in at T0, acknowledgements excepted. */
    private static AlarmEvent replayed(AlarmEvent e, int step, Type type, String level, long time, long since) {
        return new AlarmEvent(
                "i." + step,
                e.incident(),
                e.key(),
                step,
                type,
                e.rule(),
                e.title(),
                e.asset(),
                e.assetName(),
                e.assetPath(),
                e.failureMode(),
                e.tag(),
                time,
                Math.max(T0, time),
                since,
                level,
                e.severity(),
                e.value(),
                e.peak(),
                e.limit(),
                e.low(),
                e.unit(),
                e.inputs());
    }

    @Test
    void isAPureFunctionOfEventAndEvidence() {
        TicketText writer = writer(halfHour(RAISED_D.time()), RAISED_C);
        assertThat(writer.write(RAISED_D)).isEqualTo(writer.write(RAISED_D));
    }

    @Test
    void leavesStepsAfterTheEventOut() {
        String text = writer(List.of(), RAISED_C, RAISED_D).write(RAISED_C).text();
        assertThat(text).contains("Severity: minor (level C)").doesNotContain("level D");
    }

    @Test
    void writesNoNumberWhereThereIsNone() {
        AlarmEvent blind = event(1, Type.RAISED, "C", Severity.MINOR, T0, Double.NaN, Double.NaN, 4.5);
        assertThat(writer(List.of()).write(blind).text())
                .contains("Last value: none that can be trusted", "Lasting: less than 1 second so far")
                .doesNotContain("NaN");
    }

    @Test
    void keepsHostileNamesOnOneLineOfTheTitle() {
        AlarmEvent e = RAISED_C;
        AlarmEvent odd = new AlarmEvent(
                e.id(),
                e.incident(),
                e.key(),
                1,
                e.type(),
                e.rule(),
                "Line\nbreak {0} 'quoted'",
                "P-\r\n101",
                "A {1} name",
                e.assetPath(),
                "XYZ",
                e.tag(),
                e.time(),
                e.hubTime(),
                e.since(),
                e.level(),
                e.severity(),
                1,
                1,
                1,
                true,
                "",
                Map.of());
        Ticket ticket = writer(List.of()).write(odd);
        assertThat(ticket.title()).isEqualTo("P- 101: Line break {0} 'quoted'");
        assertThat(ticket.text()).contains("A {1} name", "Failure mode: XYZ\n", "Lowest: 1 (limit 1, level C)\n");
    }

    /** Run once with GOLDEN_WRITE=true in the environment after a wanted change, and read the difference. */
    static void golden(String name, String actual) throws IOException {
        if ("true".equals(System.getenv("GOLDEN_WRITE"))) {
            java.nio.file.Files.writeString(
                    java.nio.file.Path.of("src/test/resources/org/millrace/ticket", name), actual);
            return;
        }
        try (InputStream in = TicketTextTest.class.getResourceAsStream(name)) {
            assertThat(in).as("golden file " + name).isNotNull();
            assertThat(actual).isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
