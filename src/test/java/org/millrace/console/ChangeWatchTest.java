package org.millrace.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangeWatchTest {
    private final Clock frozen = Clock.fixed(Instant.parse("2026-11-22T17:00:30Z"), ZoneOffset.UTC);
    private final FakePlant plant = new FakePlant(frozen);
    private final ChangeWatch watch = new ChangeWatch(plant, frozen);

    @Test
    void sendsEverythingOnceAndThenOnlyWhatChanged() {
        assertThat(watch.look(true)).hasSizeGreaterThan(5);
        assertThat(watch.look(true)).as("the plant stands still").isEmpty();
        plant.acknowledge(FakePlant.INCIDENT, "anna");
        assertThat(watch.look(true))
                .singleElement()
                .satisfies(frame -> assertThat(frame)
                        .startsWith("event: alarm\ndata: {")
                        .endsWith("}\n\n")
                        .contains("\"acknowledged\":true"));
    }

    @Test
    void leavesSlowThingsForTheSlowLook() {
        List<String> frames = watch.look(false);
        assertThat(frames).singleElement().asString().startsWith("event: values\n");
        assertThat(watch.look(true)).noneMatch(frame -> frame.startsWith("event: values"));
    }

    @Test
    void namesStatusCodesAndKeepsUnknownOnesReadable() {
        assertThat(StatusNames.of(0x808C0000)).isEqualTo("BadSensorFailure");
        assertThat(StatusNames.of(0x00000400))
                .as("info bits do not hide the name")
                .isEqualTo("Good");
        assertThat(StatusNames.of(0x80FF0000)).isEqualTo("Bad 0x80FF0000");
        assertThat(StatusNames.of(0x40FF0000)).isEqualTo("Uncertain 0x40FF0000");
    }
}
