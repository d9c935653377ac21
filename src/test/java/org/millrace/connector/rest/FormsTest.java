package org.millrace.connector.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small forms: lengths, times, escapes, turns, and what jq may see. */
class FormsTest {
    private static final ZoneId PARIS = ZoneId.of("Europe/Paris");

    @Test
    void aReferenceThatDoesNotFitIsAlwaysTheSameHash() {
        ConnectorFile.Fields fields = new ConnectorFile.Fields(0, 0, 20);
        String kept = Texts.reference("hub:acme/lyon/utilities/cooling/p-101/VIB/vib-zone:1", fields);

        assertThat(kept).hasSize(20).startsWith("hub:").matches("[a-z0-9:]+");
        assertThat(Texts.reference("hub:acme/lyon/utilities/cooling/p-101/VIB/vib-zone:1", fields)).isEqualTo(kept);
        assertThat(Texts.reference("hub:acme/lyon/utilities/cooling/p-101/VIB/vib-zone:2", fields)).isNotEqualTo(kept);
        assertThat(Texts.reference("hub:a:1", fields)).isEqualTo("hub:a:1");
    }

    @Test
    void aHashIsTheBase32OfTheDigest() {
        String text = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"; // FIPS 180-2: 248d6a61 d20638b8 …
        assertThat(Texts.reference(text, new ConnectorFile.Fields(0, 0, 16))).isEqualTo("hub:esgwuyosay4l");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Vibration zone D on Cooling water pump|20|Vibration zone D on…",
                "Vibration zone D on Cooling water pump|0|Vibration zone D on Cooling water pump",
                "Donaudampfschifffahrtsgesellschaft|10|Donaudamp…",
                "short|10|short"
            })
    void aTitleIsCutAtAWord(String title, int most, String cut) {
        assertThat(Texts.cut(title, most)).isEqualTo(cut);
        assertThat(most == 0 || cut.length() <= most).isTrue();
    }

    @Test
    void aCharacterOfTwoUnitsIsNotCutInHalf() {
        assertThat(Texts.cut("ab\uD83D\uDE00cd", 4)).isEqualTo("ab…");
    }

    @ParameterizedTest
    @CsvSource({
        "8 &gt; 7 &amp; up,8 > 7 & up",
        "&amp;gt;,&gt;",
        "caf&#233; &#x2014;,café —",
        "&unknown; & &#xZZ;,&unknown; & &#xZZ;",
        "&#1114112;,&#1114112;"
    })
    void htmlIsUndoneOnce(String escaped, String plain) {
        assertThat(Html.unescape(escaped)).isEqualTo(plain);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-22T10:00:00Z,2026-11-22T10:00:00Z",
        "2026-11-22T10:00:00.123+01:00,2026-11-22T09:00:00.123Z",
        "2026-11-22T10:00:00-0500,2026-11-22T15:00:00Z",
        "2026-11-22 10:00:00.123456,2026-11-22T09:00:00.123456Z",
        "2026-11-22,2026-11-21T23:00:00Z",
        "/Date(1795341600000)/,2026-11-22T10:00:00Z",
        "/Date(1795341600000+0000)/,2026-11-22T10:00:00Z"
    })
    void timesAreReadAsSystemsWriteThem(String written, Instant read) {
        assertThat(Times.read(TextNode.valueOf(written), PARIS)).contains(read);
    }

    @Test
    void numbersAreSecondsOrMilliseconds() {
        assertThat(Times.read(IntNode.valueOf(1795341600), PARIS)).contains(Instant.parse("2026-11-22T10:00:00Z"));
        assertThat(Times.read(LongNode.valueOf(1795341600000L), PARIS)).contains(Instant.parse("2026-11-22T10:00:00Z"));
        assertThat(Times.read(NullNode.getInstance(), PARIS)).isEmpty();
        assertThat(Times.read(TextNode.valueOf("yesterday, later"), PARIS)).isEmpty();
    }

    @Test
    void aCursorAlwaysHasMilliseconds() {
        Instant time = Instant.parse("2026-11-22T10:00:00Z");
        assertThat(Times.write(time, new ConnectorFile.Cursor("iso", "UTC", Duration.ZERO)))
                .isEqualTo("2026-11-22T10:00:00.000Z");
        assertThat(Times.write(time, new ConnectorFile.Cursor("yyyy-MM-dd HH:mm", "Europe/Paris", Duration.ZERO)))
                .isEqualTo("2026-11-22 11:00");
    }

    @ParameterizedTest
    @CsvSource({"120,PT2M", "'Sun, 22 Nov 2026 10:01:00 GMT',PT1M", "999999999,PT1H", "'Sun, 22 Nov 2026 09:00:00 GMT',PT0S"})
    void retryAfterIsSecondsOrADate(String header, Duration wait) {
        assertThat(Times.retryAfter(header, Instant.parse("2026-11-22T10:00:00Z"))).contains(wait);
        assertThat(Times.retryAfter("soon", Instant.EPOCH)).isEmpty();
    }

    @Test
    void moreThanTheLimitWaitsOrIsTurnedAway() {
        AtomicLong millis = new AtomicLong(1_000_000);
        Pace pace = new Pace(
                new ConnectorFile.Limits(2, 3, 8, Duration.ZERO), () -> Instant.ofEpochMilli(millis.get()));
        assertThat(pace.enter()).isInstanceOf(Pace.Granted.class);
        millis.addAndGet(20_000);
        assertThat(pace.enter()).isInstanceOf(Pace.Granted.class);
        assertThat(pace.enter())
                .isEqualTo(new Pace.Wait("the connector's own limit is reached", Optional.of(Duration.ofSeconds(40))));
        millis.addAndGet(40_000);
        assertThat(pace.enter()).as("the first is a minute old").isInstanceOf(Pace.Granted.class);
        millis.addAndGet(60_000);
        assertThat(pace.enter())
                .as("three in the hour")
                .isEqualTo(new Pace.Wait("the connector's own limit is reached", Optional.of(Duration.ofMinutes(58))));
    }

    @Test
    void noMoreThanAllowedAreUnderWay() {
        Pace pace = new Pace(new ConnectorFile.Limits(0, 0, 1, Duration.ZERO), InstantSource.system());
        Pace.Granted first = (Pace.Granted) pace.enter();
        assertThat(pace.enter()).isInstanceOf(Pace.Wait.class);
        first.close();
        assertThat(pace.enter()).isInstanceOf(Pace.Granted.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"env", "env.PATH", "$ENV", "input", "inputs", "hostname", "import \"x\" as x; .", "random"})
    void programsSeeNothingAroundThem(String program) throws Exception {
        Jq jq = Jq.compile(program);
        assertThatThrownBy(() -> jq.one(vars(), NullNode.getInstance())).isInstanceOf(Jq.JqFailed.class);
    }

    @Test
    void aProgramWithoutEndFails() throws Exception {
        Jq jq = Jq.compile("def f: f | f; f");
        assertThatThrownBy(() -> jq.one(vars(), NullNode.getInstance())).isInstanceOf(Jq.JqFailed.class);
    }

    @Test
    void nowIsTheClockOfTheConnector() throws Exception {
        assertThat(Jq.compile("now").one(vars(), NullNode.getInstance()).asDouble()).isEqualTo(1795341600.0);
    }

    @Test
    void freeNamesAreTold() {
        List<JqNames.Name> names = JqNames.free(
                "def f(g; $n): g + $n; {a: .b, c, \"d\\($e | h)\": f(.x; 1)} # $no\n | .[] as [$p, {q: $r}] | $p + $r + \"$s t\"");
        assertThat(names)
                .containsExactly(new JqNames.Name("e", true, 37), new JqNames.Name("h", false, 42));
    }

    private static Vars vars() {
        Clock clock = Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);
        return Vars.of(Jq.scope(clock)).with("x", (JsonNode) IntNode.valueOf(1));
    }
}
