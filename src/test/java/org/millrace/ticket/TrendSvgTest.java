package org.millrace.ticket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.millrace.signal.Quality;

class TrendSvgTest {
    private static final long S = 1_000_000L;
    private static final long END = TicketTextTest.T0;
    private static final Pattern LINE = Pattern.compile("<path d=\"(M[^\"]*)\" fill=\"none\"");

    private static String draw(List<TrendPoint> points, Map<String, Double> limits, String title) {
        return new TrendSvg(ZoneId.of("Asia/Kolkata"), Locale.ENGLISH)
                .draw(new TrendSvg.Chart(title, "mm/s", END - 1800 * S, END, points, limits, List.of()));
    }

    private static String line(String svg) {
        Matcher matcher = LINE.matcher(svg);
        return matcher.find() ? matcher.group(1) : "";
    }

    @Test
    void drawsAtMost400PointsAndNeverLosesASpike() {
        List<TrendPoint> points = TicketTextTest.halfHour(END);
        points.set(1000, new TrendPoint(points.get(1000).time(), 99, Quality.GOOD));
        String path = line(draw(points, Map.of(), "t"));
        assertThat(path.chars().filter(c -> c == 'M' || c == 'L').count()).isBetween(300L, 400L);
        double top = Pattern.compile("[ML][\\d.]+ ([\\d.]+)")
                .matcher(path)
                .results()
                .mapToDouble(m -> Double.parseDouble(m.group(1)))
                .min()
                .orElseThrow();
        assertThat(top).as("the spike of 99 reaches the top tenth of the plot").isLessThan(50);
    }

    @Test
    void breaksTheLineAtBadQualityAndAtGaps() {
        List<TrendPoint> points = new ArrayList<>();
        for (int i = 0; i < 1800; i++) {
            if (i < 1200 || i > 1300) { // nothing arrived for 100 s
                int quality = i > 600 && i < 700 ? Quality.BAD : i == 900 ? Quality.UNCERTAIN : Quality.GOOD;
                points.add(new TrendPoint(END - (1800 - i) * S, 5, quality));
            }
        }
        String svg = draw(points, Map.of(), "t");
        assertThat(line(svg).chars().filter(c -> c == 'M').count())
                .as("uncertain is drawn, bad and missing are not")
                .isEqualTo(3);
        assertThat(svg.split("#eceff2", -1)).as("two grey spans").hasSize(3);
    }

    @Test
    void drawsASparseTagAsItIs() {
        List<TrendPoint> points = List.of(new TrendPoint(END - 600 * S, 1, 0), new TrendPoint(END - 10 * S, 2, 0));
        assertThat(line(draw(points, Map.of(), "t"))).matches("M[\\d.]+ [\\d.]+L[\\d.]+ [\\d.]+");
        assertThat(line(draw(points.subList(0, 1), Map.of(), "t")))
                .as("one point is a dot")
                .endsWith("h.01");
        assertThat(line(draw(List.of(), Map.of(), "t"))).isEmpty();
    }

    @Test
    void isWellFormedWhateverTheNames() throws Exception {
        String svg = draw(
                TicketTextTest.halfHour(END),
                Map.of("<b>&\"'", 4.5, "\u0000\uD800C", 7.1),
                "</title><script>alert(1)</script>\u0008");
        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        assertThat(svg).doesNotContain("<script").doesNotContain("href").doesNotContain("style");
    }

    @Test
    void putsTicksOnRoundLocalTimes() {
        assertThat(draw(TicketTextTest.halfHour(END), Map.of(), "t"))
                .as("UTC+5:30")
                .contains(">22:05<", ">22:25<", "+05:30");
    }

    @Test
    void labelsLimits() {
        assertThat(draw(TicketTextTest.halfHour(END), Map.of("C", 4.499999999, "D", 7.1), "t"))
                .contains(">C 4.5<", ">D 7.1<");
    }

    @Test
    void refusesAnEmptyTimeSpan() {
        var chart = new TrendSvg.Chart("t", "", END, END, List.of(), Map.of(), List.of());
        assertThatThrownBy(() -> new TrendSvg(ZoneId.of("UTC"), Locale.ROOT).draw(chart))
                .hasMessageContaining("time span");
    }

    @Test
    void drawsAHalfHourOfSecondsInWellUnder50Milliseconds() {
        List<TrendPoint> points = TicketTextTest.halfHour(END);
        for (int i = 0; i < 30; i++) {
            draw(points, Map.of("C", 4.5), "warm");
        }
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 10; i++) {
            long start = System.nanoTime();
            draw(points, Map.of("C", 4.5), "t");
            best = Math.min(best, System.nanoTime() - start);
        }
        assertThat(best).isLessThan(50_000_000L);
    }
}
