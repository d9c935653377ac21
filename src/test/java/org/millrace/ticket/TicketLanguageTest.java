package org.millrace.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.AlarmEvent.Type;
import org.millrace.rule.RuleFile;
import org.millrace.rule.RuleFile.Severity;

/** The maintenance team reads its own language, whole: no word of another slips in, and no place stays unfilled. */
class TicketLanguageTest {
    private static final AlarmEvent RAISED = TicketTextTest.event(
            1, Type.RAISED, "D", Severity.CRITICAL, TicketTextTest.T0 + 125 * TicketTextTest.SECOND, 7.83, 8.12, 7.1);

    private static Ticket ticket(Locale locale) {
        return new TicketText(
                        new TicketText.Settings(locale, ZoneId.of("Europe/Paris"), "http://hub.example:8080"),
                        new TicketText.Evidence() {
                            @Override
                            public List<TrendPoint> trend(String tag, long from, long to) {
                                return TicketTextTest.halfHour(to);
                            }

                            @Override
                            public Optional<RuleFile.Guidance> guidance(String rule) {
                                return Optional.of(
                                        new RuleFile.Guidance("(in the words of the rule)", Optional.empty()));
                            }

                            @Override
                            public List<TicketText.PastOrder> orders(String asset) {
                                return List.of(
                                        past("WO000041", OrderState.IN_PROGRESS, RAISED.incident()),
                                        past("WO000040", OrderState.CLOSED, "a"),
                                        past("WO000031", OrderState.DONE, "b"),
                                        past("WO000022", OrderState.CANCELLED, "c"),
                                        past("WO000001", OrderState.CLOSED, "d"));
                            }
                        })
                .write(RAISED);
    }

    private static TicketText.PastOrder past(String number, OrderState state, String incident) {
        return new TicketText.PastOrder(number, "Seal replaced", state, TicketTextTest.T0, incident);
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "fr", "de"})
    void aTicketInEachLanguage(String language) throws IOException {
        Ticket ticket = ticket(Locale.forLanguageTag(language));
        TicketTextTest.golden("language-" + language + ".txt", ticket.text());
        assertThat(ticket.text())
                .as("the last three orders, not this one")
                .contains("WO000040", "WO000031", "WO000022")
                .doesNotContain("WO000041", "WO000001")
                .contains("http://hub.example:8080/#/alarms/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "fr", "de"})
    void whatIsSaidLaterInEachLanguage(String language) throws IOException {
        Words words = new Words(Locale.forLanguageTag(language));
        OrderNotes notes = new OrderNotes(words);
        OrderRow open = open(Severity.CRITICAL, 4, true);
        OrderRow cleared = open(Severity.MINOR, 1, false);
        long now = open.facts().changed() + Duration.ofMinutes(95).toNanos() / 1_000;
        String all = String.join(
                "\n\n",
                notes.progress(open, now),
                notes.progress(cleared, now),
                notes.repeatFailure(open),
                notes.repeatOf("WO000040"),
                notes.closed(),
                notes.doubled("WO000040"),
                notes.trendLink("http://hub.example"));
        TicketTextTest.golden("notes-" + language + ".txt", all + "\n");
        assertThat(all).doesNotContain("{", "}");
    }

    private static OrderRow open(Severity severity, int repeats, boolean active) {
        OrderRow row = new OrderAlarms("atlas")
                .first(RAISED, 1, "", TicketTextTest.T0, 0)
                .in(OrderState.OPEN, TicketTextTest.T0);
        OrderRow.Said said = new OrderRow.Said(Severity.MINOR, 0, true);
        return row.with(new OrderRow.Told(Severity.MINOR, said, 0, 0, true))
                .with(new OrderRow.Facts(RAISED, severity, 8.12, 9, repeats, active, TicketTextTest.T0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fr", "de"})
    void everyLanguageHasEveryWordWithTheSamePlaces(String language) {
        ResourceBundle english = bundle(Locale.ROOT);
        ResourceBundle other = bundle(Locale.forLanguageTag(language));
        Set<String> missing = new TreeSet<>(english.keySet());
        missing.removeAll(other.keySet());
        assertThat(missing).isEmpty();
        for (Enumeration<String> keys = english.getKeys(); keys.hasMoreElements(); ) {
            String key = keys.nextElement();
            assertThat(places(other.getString(key))).as(key).isEqualTo(places(english.getString(key)));
            if (key.matches("(line|head|note|state|failure)\\..*")
                    && !key.equals("line.signal")
                    && !key.equals("failure.VIB")) {
                assertThat(other.getString(key)).as(key).isNotEqualTo(english.getString(key));
            }
        }
    }

    private static ResourceBundle bundle(Locale locale) {
        return ResourceBundle.getBundle(
                "org.millrace.ticket.messages",
                locale,
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    }

    private static Set<String> places(String message) {
        Set<String> places = new TreeSet<>();
        Pattern.compile("\\{(\\d)").matcher(message).results().forEach(found -> places.add(found.group(1)));
        return places;
    }

    @Test
    void thePngShowsWhatTheSvgShows() throws IOException {
        byte[] png = TrendPng.of(ticket(Locale.ENGLISH).trendSvg()).orElseThrow();
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(image.getWidth()).isEqualTo(1280);
        assertThat(image.getHeight()).isEqualTo(440);
        assertThat(image.getRGB(2, 2)).as("white ground").isEqualTo(0xffffffff);
        assertThat(pixels(image, 0x1d4f91)).as("the blue trend").isGreaterThan(500);
        assertThat(pixels(image, 0xb4530a)).as("the dashed limit").isGreaterThan(200);
        assertThat(pixels(image, 0xeceff2)).as("the gap of bad quality").isGreaterThan(1_000);
    }

    @Test
    void withoutAPictureThereIsNoPng() {
        assertThat(TrendPng.of("")).isEmpty();
        assertThat(TrendPng.of("<svg><rect")).isEmpty();
    }

    private static int pixels(BufferedImage image, int rgb) {
        int found = 0;
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                int c = image.getRGB(x, y);
                int far = Math.abs((c >> 16 & 255) - (rgb >> 16 & 255))
                        + Math.abs((c >> 8 & 255) - (rgb >> 8 & 255))
                        + Math.abs((c & 255) - (rgb & 255));
                found += far < 12 ? 1 : 0;
            }
        }
        return found;
    }
}
