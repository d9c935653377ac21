package org.millrace.ticket;

import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.millrace.signal.Micros;

/**
 * Draws a trend as a self-contained SVG of 640 × 220: no script, no style sheet, no reference, so that it survives mail,
 * CMMS attachments and strict content policies. At most 400 points are drawn (lowest and highest of each time slice, so
 * a spike is never lost); Bad quality and missing data are breaks on a grey ground.
 */
public final class TrendSvg {
    static final int WIDTH = 640;
    static final int HEIGHT = 220;
    static final int SLICES = 200;

    private static final int LEFT = 54;
    private static final int RIGHT = 14;
    private static final int TOP = 34;
    private static final int BOTTOM = 26;
    private static final int PLOT_W = WIDTH - LEFT - RIGHT;
    private static final int PLOT_H = HEIGHT - TOP - BOTTOM;
    /** Labels stay readable where the line runs through them. */
    private static final String HALO = " stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\"";

    private static final long SECOND = 1_000_000L;
    private static final long[] TIME_STEPS = {
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800
    };

    /** A moment worth a line: dashed for the first breach, full for a raise. */
    public record Marker(long time, String label, boolean strong) {}

    /**
     * @param title shown above the plot
     * @param unit UCUM code of the values
     * @param from left edge, µs
     * @param to right edge, µs; after {@code from}
     * @param points in time order; those outside the edges are not drawn
     * @param limits level name to value in the unit
     */
    public record Chart(
            String title,
            String unit,
            long from,
            long to,
            List<TrendPoint> points,
            Map<String, Double> limits,
            List<Marker> markers) {}

    private final ZoneId zone;
    private final Locale locale;

    public TrendSvg(ZoneId zone, Locale locale) {
        this.zone = zone;
        this.locale = locale;
    }

    public String draw(Chart chart) {
        if (chart.to() <= chart.from()) {
            throw new IllegalArgumentException("a trend needs a time span: from " + chart.from() + " to " + chart.to());
        }
        TrendSlices slices = TrendSlices.of(chart.points(), chart.from(), chart.to(), SLICES);
        Scale scale = Scale.around(slices, chart.limits());
        StringBuilder svg = new StringBuilder(16_384);
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"640\" height=\"220\" viewBox=\"0 0 640 220\" ")
                .append(
                        "font-family=\"system-ui,'Segoe UI',Roboto,Arial,sans-serif\" font-size=\"11\" role=\"img\">\n");
        String unit = UnitText.of(chart.unit());
        svg.append("<title>").append(xml(chart.title())).append("</title>\n");
        svg.append("<rect width=\"640\" height=\"220\" fill=\"#ffffff\"/>\n");
        text(svg, LEFT, 15, "start", "#1f2933", chart.title(), " font-size=\"12\" font-weight=\"600\"");
        if (!unit.isEmpty()) {
            text(svg, LEFT - 6, TOP - 8, "end", "#52606d", unit, "");
        }
        breaks(svg, slices, chart);
        valueAxis(svg, scale);
        timeAxis(svg, chart);
        line(svg, slices, scale, chart);
        limits(svg, scale, chart.limits());
        markers(svg, chart);
        return svg.append("</svg>\n").toString();
    }

    private static void breaks(StringBuilder svg, TrendSlices slices, Chart chart) {
        for (TrendSlices.Span span : slices.breaks()) {
            double x1 = x(span.from(), chart);
            double x2 = x(span.to(), chart);
            svg.append("<rect x=\"")
                    .append(px(x1))
                    .append("\" y=\"")
                    .append(TOP)
                    .append("\" width=\"");
            svg.append(px(x2 - x1)).append("\" height=\"").append(PLOT_H).append("\" fill=\"#eceff2\"/>\n");
        }
    }

    private void valueAxis(StringBuilder svg, Scale scale) {
        for (double tick : scale.ticks()) {
            double y = scale.y(tick);
            svg.append("<path d=\"M")
                    .append(LEFT)
                    .append(' ')
                    .append(px(y))
                    .append('h')
                    .append(PLOT_W);
            svg.append("\" stroke=\"#e4e7eb\" stroke-width=\"1\"/>\n");
            text(svg, LEFT - 6, y + 4, "end", "#52606d", Numbers.text(tick, locale), "");
        }
    }

    private void timeAxis(StringBuilder svg, Chart chart) {
        long step = timeStep((chart.to() - chart.from()) / SECOND);
        DateTimeFormatter format =
                DateTimeFormatter.ofPattern(step >= 86_400 ? "MM-dd" : step < 60 ? "HH:mm:ss" : "HH:mm", Locale.ROOT);
        int bottom = TOP + PLOT_H;
        svg.append("<path d=\"M")
                .append(LEFT)
                .append(' ')
                .append(bottom)
                .append('h')
                .append(PLOT_W);
        svg.append("\" stroke=\"#9aa5b1\" stroke-width=\"1\"/>\n");
        // ticks sit on round local times, whatever the zone's offset
        ZonedDateTime start = local(chart.from());
        long offset = start.getOffset().getTotalSeconds();
        long first = Math.ceilDiv(chart.from() + offset * SECOND, step * SECOND) * step - offset;
        for (long t = first; t * SECOND <= chart.to(); t += step) {
            double x = x(t * SECOND, chart);
            svg.append("<path d=\"M").append(px(x)).append(' ').append(bottom).append("v4\" stroke=\"#9aa5b1\"/>\n");
            if (x < WIDTH - 24) {
                text(svg, x, bottom + 16, "middle", "#52606d", format.format(local(t * SECOND)), "");
            }
        }
        text(svg, WIDTH - RIGHT, 15, "end", "#52606d", caption(chart), "");
    }

    private String caption(Chart chart) {
        ZonedDateTime end = local(chart.to());
        return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xxx", Locale.ROOT)
                .format(end);
    }

    private void limits(StringBuilder svg, Scale scale, Map<String, Double> limits) {
        limits.forEach((level, value) -> {
            double y = scale.y(value);
            svg.append("<path d=\"M")
                    .append(LEFT)
                    .append(' ')
                    .append(px(y))
                    .append('h')
                    .append(PLOT_W);
            svg.append("\" stroke=\"#b4530a\" stroke-width=\"1\" stroke-dasharray=\"5 3\"/>\n");
            String label = (level + " " + Numbers.text(value, locale)).strip();
            text(svg, LEFT + 4, y - 3, "start", "#9a4708", label, HALO + " font-weight=\"600\"");
        });
    }

    private static void markers(StringBuilder svg, Chart chart) {
        double lastLabel = Double.NEGATIVE_INFINITY;
        for (Marker marker : chart.markers()) {
            if (marker.time() < chart.from() || marker.time() > chart.to()) {
                continue;
            }
            double x = x(marker.time(), chart);
            svg.append("<path d=\"M")
                    .append(px(x))
                    .append(' ')
                    .append(TOP)
                    .append('v')
                    .append(PLOT_H);
            svg.append("\" stroke=\"")
                    .append(marker.strong() ? "#b42318" : "#7b8794")
                    .append("\" stroke-width=\"1\"");
            svg.append(marker.strong() ? "" : " stroke-dasharray=\"2 3\"").append("/>\n");
            boolean end = x > WIDTH / 2.0;
            // labels that would lie on each other are written one line lower
            double y = Math.abs(x - lastLabel) < 80 ? TOP + 10 : TOP - 4;
            lastLabel = y > TOP ? Double.NEGATIVE_INFINITY : x;
            text(
                    svg,
                    end ? x - 4 : x + 4,
                    y,
                    end ? "end" : "start",
                    marker.strong() ? "#b42318" : "#52606d",
                    marker.label(),
                    HALO);
        }
    }

    private static void line(StringBuilder svg, TrendSlices slices, Scale scale, Chart chart) {
        StringBuilder path = new StringBuilder(8_192);
        for (TrendSlices.Drawn point : slices.drawn()) {
            path.append(point.first() ? 'M' : 'L').append(px(x(point.time(), chart)));
            path.append(' ').append(px(scale.y(point.value())));
            if (point.alone()) {
                path.append("h.01"); // a point without neighbours shows as a dot through its round cap
            }
        }
        if (!path.isEmpty()) {
            svg.append("<path d=\"").append(path);
            svg.append("\" fill=\"none\" stroke=\"#1d4f91\" stroke-width=\"1.5\" stroke-linejoin=\"round\" ");
            svg.append("stroke-linecap=\"round\"/>\n");
        }
    }

    private ZonedDateTime local(long micros) {
        return Micros.instant(micros).atZone(zone);
    }

    private static double x(long time, Chart chart) {
        return LEFT + (double) (time - chart.from()) / (chart.to() - chart.from()) * PLOT_W;
    }

    private static long timeStep(long seconds) {
        for (long step : TIME_STEPS) {
            if (seconds / step <= 7) {
                return step;
            }
        }
        return seconds / 7 / 604_800 * 604_800 + 604_800;
    }

    private static void text(
            StringBuilder svg, double x, double y, String anchor, String fill, String text, String more) {
        svg.append("<text x=\"").append(px(x)).append("\" y=\"").append(px(y));
        svg.append("\" text-anchor=\"")
                .append(anchor)
                .append("\" fill=\"")
                .append(fill)
                .append('"')
                .append(more);
        svg.append('>').append(xml(text)).append("</text>\n");
    }

    /** One decimal is a tenth of a pixel; never an exponent, always a point. */
    private static String px(double value) {
        long tenths = Math.round(value * 10);
        return tenths % 10 == 0 ? Long.toString(tenths / 10) : Double.toString(tenths / 10.0);
    }

    /** Text for XML: markup escaped, characters that XML 1.0 does not allow dropped. */
    static String xml(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> {
                    boolean control = c < 0x20 && c != '\t' && c != '\n';
                    boolean surrogate = c >= 0xD800 && c <= 0xDFFF;
                    if (!control && !surrogate && c != 0xFFFE && c != 0xFFFF) {
                        out.appendCodePoint(c);
                    }
                }
            }
        });
        return out.toString();
    }

    /** The value axis: nice ticks (1, 2, 5 × 10ⁿ) around points and limits. */
    private record Scale(double low, double high, double step) {
        static Scale around(TrendSlices slices, Map<String, Double> limits) {
            double low = Double.POSITIVE_INFINITY;
            double high = Double.NEGATIVE_INFINITY;
            for (TrendSlices.Drawn point : slices.drawn()) {
                low = Math.min(low, point.value());
                high = Math.max(high, point.value());
            }
            for (double limit : limits.values()) {
                low = Math.min(low, limit);
                high = Math.max(high, limit);
            }
            if (low > high) {
                return new Scale(0, 1, 0.5);
            }
            double pad = high > low ? (high - low) * 0.08 : Math.max(Math.abs(high) * 0.1, 0.5);
            double floor = low >= 0 && low < (high - low) ? 0 : low - pad; // near zero, show zero
            double top = high + pad;
            return new Scale(floor, top, niceStep((top - floor) / 4));
        }

        double y(double value) {
            return TOP + PLOT_H - (value - low) / (high - low) * PLOT_H;
        }

        List<Double> ticks() {
            List<Double> ticks = new ArrayList<>();
            for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high; i++) {
                ticks.add(i * step);
            }
            return ticks;
        }

        private static double niceStep(double rough) {
            double power = Math.pow(10, Math.floor(Math.log10(rough)));
            double lead = rough / power;
            return (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10) * power;
        }
    }
}
