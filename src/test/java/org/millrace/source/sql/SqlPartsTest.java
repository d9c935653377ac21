package org.millrace.source.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.source.sql.SqlPlace.Seen;
import org.millrace.source.sql.SqlSourceFile.Type;

class SqlPartsTest {
    private static SqlSourceFile.Cursor ids(String overlap) {
        return new SqlSourceFile.Cursor("id", Type.number, Optional.empty(), overlap, List.of());
    }

    private static CursorValue id(long value) {
        return CursorValue.of(Type.number, value);
    }

    private static List<Seen> rows(long from, long to) {
        return LongStream.range(from, to).mapToObj(n -> new Seen(id(n), n * 31)).toList();
    }

    @Test
    void parametersAreFoundOnlyWhereTheyAreSome() {
        NamedQuery query = NamedQuery.parse("""
                SELECT ':cursor' AS a, "b:limit", ts::date -- :cursor
                FROM t /* :nothing ? */ WHERE id > :cursor AND id < :cursor + 5 LIMIT :limit""");

        assertThat(query.has("cursor")).isTrue();
        assertThat(query.bare()).doesNotContain("nothing").contains("ts::date").endsWith("LIMIT :limit");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "SELECT 1 WHERE id > :curser | :curser is unknown",
                "SELECT 1 WHERE id > ? | a question mark is no parameter",
                "SELECT 'x | a quote is not closed",
                "SELECT 1 /* x | a comment is not closed",
            })
    void whatIsNoQueryIsRefused(String query, String message) {
        assertThatThrownBy(() -> NamedQuery.parse(query)).hasMessageContaining(message);
    }

    @Test
    void aWholeNumberIsGivenAsOneSoThatAnIndexIsUsed() {
        assertThat(id(7).parameter()).isEqualTo(7L);
        assertThat(CursorValue.of(Type.number, new BigDecimal("7.00")).parameter())
                .isEqualTo(7L);
        assertThat(CursorValue.of(Type.number, 7.5).parameter()).isEqualTo(new BigDecimal("7.5"));
        assertThat(CursorValue.of(Type.number, new BigDecimal("1e30")).parameter())
                .isEqualTo(new BigDecimal("1e30"));
    }

    @Test
    void aValueOfAnotherTypeIsSaidSo() {
        assertThatThrownBy(() -> CursorValue.of(Type.number, OffsetDateTime.parse("2026-11-22T18:00:00Z")))
                .hasMessageContaining("holds a time with zone")
                .hasMessageContaining("cursor.type says number");
    }

    @ParameterizedTest
    @CsvSource({
        "number, 500, ''",
        "number, 2m, '''2m'' is not a number of ids'",
        "timestamp, 2m, ''",
        "timestamp_tz, 500, '''500'' is not a duration'",
        "number, -1, the overlap is below nothing",
        "text, 0, ''",
        "text, 5, there is no overlap of texts",
    })
    void anOverlapFitsItsType(Type type, String overlap, String problem) {
        assertThat(CursorValue.overlapProblem(type, overlap)).isEqualTo(problem);
    }

    @Test
    void thePlaceGoesForwardAndRemembersTheOverlap() {
        SqlPlace place = SqlPlace.START.plus(rows(1, 101), 5, ids("10"));

        assertThat(place.cursor()).contains(id(100));
        assertThat(place.bound(ids("10"))).isEqualTo(id(90));
        assertThat(place.seen()).extracting(Seen::cursor).startsWith(id(90)).endsWith(id(100));
        SqlPlace late = place.plus(List.of(new Seen(id(95), 7)), 6, ids("10"));
        assertThat(late.cursor()).as("a late row does not move it back").contains(id(100));
        assertThat(late.seenRows()).contains(new Seen(id(95), 7), new Seen(id(95), 95 * 31));
    }

    @Test
    void thePlaceIsTheSameAfterARestart() {
        SqlPlace place = SqlPlace.START.plus(rows(1, 101), 5, ids("10"));

        assertThat(SqlPlace.of(place.bytes(), Type.number)).isEqualTo(place);
        assertThat(SqlPlace.of(SqlPlace.START.bytes(), Type.number)).isEqualTo(SqlPlace.START);
        assertThatThrownBy(() -> SqlPlace.of(place.bytes(), Type.timestamp)).hasMessageContaining("is not a timestamp");
    }

    /** What is not remembered must not be read again: it would be there twice. */
    @Test
    void anOverlapOfTooManyRowsIsShortened() {
        long rows = SqlPlace.MOST_SEEN + 500;
        SqlPlace place = SqlPlace.START.plus(rows(1, rows + 1), 5, ids("1000000"));

        assertThat(place.seen()).hasSize(SqlPlace.MOST_SEEN);
        assertThat(place.bound(ids("1000000"))).isEqualTo(id(501));
    }
}
