package org.millrace.source.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.millrace.signal.Micros;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.table.RowMapping.ColumnMissingException;
import org.millrace.source.table.RowMapping.Layout;
import org.millrace.source.table.RowMapping.Row;

class RowMappingTest {
    private static final TimeColumn TIME = new TimeColumn("ts", Optional.empty(), "auto", Optional.of("UTC"));
    private static final long AT = Micros.of(java.time.Instant.parse("2026-11-22T18:00:00Z"));
    private static final String NOW = "2026-11-22 18:00:00";

    private static Layout wide(char decimal, String... missing) {
        return new Layout(
                Optional.of(TIME), Optional.empty(), Optional.empty(), Set.of("no"), Set.of(missing), decimal);
    }

    private static Layout longForm(LongForm form) {
        return new Layout(Optional.of(TIME), Optional.of("m"), Optional.of(form), Set.of(), Set.of(), '.');
    }

    private static Row read(Layout layout, List<String> columns, Object... cells) throws Exception {
        return new RowMapping(layout, columns, (device, field) -> field.startsWith("n"))
                .read(Arrays.asList(cells), "d", Reading.NO_TIME, 7);
    }

    @Test
    void everyColumnButTimeIsASignalOfTheWideForm() throws Exception {
        Row row = read(wide(','), List.of("no", "ts", "n temp", "mode", "on"), "1", NOW, " 48,5 ", "RUN", "true");

        assertThat(row.problems()).isEmpty();
        assertThat(row.time()).isEqualTo(AT);
        assertThat(row.readings())
                .containsExactly(
                        new Reading("d", "n temp", Value.of(48.5), AT, Quality.GOOD),
                        new Reading("d", "mode", Value.of("RUN"), AT, Quality.GOOD),
                        new Reading("d", "on", Value.of(true), AT, Quality.GOOD));
    }

    @Test
    void anEmptyCellIsNoReading() throws Exception {
        Row row = read(wide('.', "-", "NaN"), List.of("ts", "n a", "n b", "n c", "n d"), NOW, "", "-", "NaN", null);

        assertThat(row.readings()).isEmpty();
        assertThat(row.problems()).isEmpty();
    }

    @Test
    void whatIsNoNumberIsToldWithItsColumnAndTheOthersAreKept() throws Exception {
        Row row = read(wide('.'), List.of("ts", "n a", "n b"), NOW, "48,5", "3");

        assertThat(row.readings()).extracting(Reading::field).containsExactly("n b");
        assertThat(row.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.column()).isEqualTo(1);
            assertThat(problem.reason()).isEqualTo("wrong-type");
            assertThat(problem.message()).isEqualTo("'48,5' in 'n a' is not a number");
            assertThat(problem.hint()).contains("decimal");
        });
    }

    /** 1.234,5 must not become 1.2345. */
    @Test
    void aDotIsNoDecimalSignWhereTheCommaIs() throws Exception {
        assertThat(read(wide(','), List.of("ts", "n a"), NOW, "1.234,5").problems())
                .hasSize(1);
        assertThat(read(wide(','), List.of("ts", "n a"), NOW, "1.5").problems()).hasSize(1);
    }

    @Test
    void aRowOfTheLongFormIsOneValueWithItsQuality() throws Exception {
        LongForm form = new LongForm("sig", "val", Optional.of("q"), List.of(), List.of());
        List<String> columns = List.of("ts", "m", "sig", "val", "q");

        assertThat(read(longForm(form), columns, NOW, "p1", "n t", "7", "192").readings())
                .containsExactly(new Reading("p1", "n t", Value.of(7L), AT, Quality.GOOD));
        assertThat(read(longForm(form), columns, NOW, "p1", "n t", "7", "uncertain")
                        .readings())
                .containsExactly(new Reading("p1", "n t", Value.of(7L), AT, Quality.UNCERTAIN));
        assertThat(read(longForm(form), columns, NOW, "p1", "n t", "#ERR", "24").readings())
                .as("what stands in the place of a value is none")
                .containsExactly(new Reading("p1", "n t", Value.NONE, AT, Quality.BAD));
        assertThat(read(longForm(form), columns, NOW, "p1", "n t", "", "Good").readings())
                .as("good, and yet nothing")
                .containsExactly(new Reading("p1", "n t", Value.NONE, AT, Quality.BAD));
        assertThat(read(longForm(form), columns, NOW, "p1", "n t", "x", "Good").problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.column()).isEqualTo(3));
        assertThat(read(longForm(form), columns, NOW, "", "n t", "7", "Good").problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.reason()).isEqualTo("no-device"));
    }

    @Test
    void takesWhatADatabaseGives() throws Exception {
        Row row = read(
                wide('.'),
                List.of("ts", "a", "b", "c", "d"),
                1_795_370_400L,
                new BigDecimal("1.50"),
                7,
                true,
                Double.NaN);

        assertThat(row.time()).isEqualTo(AT);
        assertThat(row.readings())
                .extracting(Reading::value)
                .containsExactly(Value.of(1.5), Value.of(7L), Value.of(true));
    }

    @Test
    void aTimeThatCannotBeReadIsTheOnlyProblemOfItsRow() throws Exception {
        Row row = read(wide('.'), List.of("n a", "ts"), "x", "yesterday");

        assertThat(row.readings()).isEmpty();
        assertThat(row.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.column()).isEqualTo(1);
            assertThat(problem.reason()).isEqualTo("bad-time");
        });
    }

    @Test
    void dateAndTimeOfDayMayStandInTwoColumns() throws Exception {
        TimeColumn two = new TimeColumn("D", Optional.of("T"), "dd.MM.yyyy HH:mm:ss", Optional.of("UTC"));
        Layout layout = new Layout(Optional.of(two), Optional.empty(), Optional.empty(), Set.of(), Set.of(), '.');

        assertThat(read(layout, List.of("D", "T", "a"), "22.11.2026", "18:00:00", "1")
                        .readings())
                .containsExactly(new Reading("d", "a", Value.of(1L), AT, Quality.GOOD));
    }

    @Test
    void withoutATimeColumnTheTimeIsTheOneGiven() throws Exception {
        Layout layout = new Layout(Optional.empty(), Optional.empty(), Optional.empty(), Set.of(), Set.of(), '.');

        assertThat(read(layout, List.of("a"), "1").readings())
                .containsExactly(new Reading("d", "a", Value.of(1L), 7, Quality.GOOD));
    }

    @Test
    void aColumnThatIsNotThereIsNamedWithTheNearest() {
        assertThatThrownBy(() -> new RowMapping(wide('.'), List.of("Ts", "a"), (d, f) -> false))
                .isInstanceOfSatisfying(
                        ColumnMissingException.class, e -> assertThat(e.hint()).isEqualTo("did you mean Ts?"))
                .hasMessage("there is no column 'ts'");
    }
}
