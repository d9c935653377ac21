package org.millrace.ticket;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.RuleFile;

/**
 * Writes the ticket of an incident: what, where, since when, how far, how sure, what to check, and the last 30 minutes.
 * A pure function of the event and the evidence; safe from any thread when the evidence is.
 */
public final class TicketText implements Ticket.Writer {
    /** How much history the picture shows before the event. */
    public static final Duration TREND = Duration.ofMinutes(30);

    private static final int TITLE_LIMIT = 160;

    /**
     * @param locale language and number format
     * @param zone the plant's time zone; every time in the text is local and says so
     * @param consoleUrl where people open the console, e.g. {@code http://127.0.0.1:8080}; empty = no link
     */
    public record Settings(Locale locale, ZoneId zone, String consoleUrl) {}

    /** What the writer may ask for. All of it may be empty; then the ticket says less. */
    public interface Evidence {
        /**
         * Samples of a tag in time order.
         *
         * @param tag full tag path
         * @param from µs, inclusive
         * @param to µs, inclusive
         */
        List<TrendPoint> trend(String tag, long from, long to);

        /** The steps of an incident so far, oldest first; the one being written may be missing. */
        default List<AlarmEvent> history(String incident) {
            return List.of();
        }

        /** What the rule's author wants checked. */
        default Optional<RuleFile.Guidance> guidance(String rule) {
            return Optional.empty();
        }

        /** All limits of a rule for a tag, by level name, in the tag's unit; for the lines of the picture. */
        default Map<String, Double> limits(String rule, String tag) {
            return Map.of();
        }
    }

    private final Settings settings;
    private final Evidence evidence;
    private final Words words;

    public TicketText(Settings settings, Evidence evidence) {
        this.settings = settings;
        this.evidence = evidence;
        this.words = new Words(settings.locale());
    }

    @Override
    public Ticket write(AlarmEvent event) {
        List<AlarmEvent> steps = steps(event);
        return new Ticket(title(event, steps), text(event, steps), picture(event, steps));
    }

    private List<AlarmEvent> steps(AlarmEvent event) {
        Map<Integer, AlarmEvent> byStep = new TreeMap<>();
        for (AlarmEvent step : evidence.history(event.incident())) {
            if (step.step() < event.step()) {
                byStep.put(step.step(), step);
            }
        }
        byStep.put(event.step(), event);
        return List.copyOf(byStep.values());
    }

    /** The title of the highest level reached stays when the value has returned, so that a CMMS keeps the worst. */
    private String title(AlarmEvent event, List<AlarmEvent> steps) {
        String title = event.title();
        if (event.level().isEmpty()) {
            for (AlarmEvent step : steps) {
                if (!step.level().isEmpty()) {
                    title = step.title();
                }
            }
        }
        String line = oneLine(title);
        String where = oneLine(event.asset());
        String whole = line.contains(where) ? line : where + ": " + line;
        return whole.length() <= TITLE_LIMIT ? whole : whole.substring(0, TITLE_LIMIT - 1) + "…";
    }

    private String text(AlarmEvent event, List<AlarmEvent> steps) {
        List<String> lines = new ArrayList<>();
        lines.add(title(event, steps));
        lines.add("");
        facts(event, lines);
        history(steps, lines);
        inputs(event, lines);
        evidence.guidance(event.rule()).ifPresent(guidance -> {
            lines.add("");
            lines.add(words.say("head.guidance"));
            lines.add("  " + guidance.text().strip());
            guidance.link().ifPresent(link -> lines.add("  " + link));
        });
        if (!settings.consoleUrl().isEmpty()) {
            lines.add("");
            lines.add(words.say("line.console", consoleLink(event)));
        }
        return String.join("\n", lines) + "\n";
    }

    private void facts(AlarmEvent event, List<String> lines) {
        lines.add(words.say("line.state", words.state(event.type())));
        lines.add(words.say("line.severity", severity(event)));
        lines.add(words.say("line.where", event.assetName() + " (" + event.asset() + ")"));
        lines.add(words.say("line.path", event.assetPath().replace("/", " / ")));
        lines.add(words.say("line.failure", words.failureMode(event.failureMode())));
        lines.add(words.say("line.since", local(event.since())));
        lines.add(words.say(
                "line.duration", words.duration(Duration.of(event.time() - event.since(), ChronoUnit.MICROS))));
        lines.add(words.say(event.low() ? "line.limit.low" : "line.limit.high", quantity(event.limit(), event)));
        lines.add(
                Double.isNaN(event.value())
                        ? words.say("line.value.none")
                        : words.say("line.value", quantity(event.value(), event)));
        lines.add(words.say(event.low() ? "line.peak.low" : "line.peak.high", quantity(event.peak(), event)));
        lines.add(words.say("line.signal", event.tag()));
        lines.add(words.say("line.rule", event.rule()));
    }

    private String severity(AlarmEvent event) {
        String word = words.severity(event.severity());
        return event.level().isEmpty()
                ? words.say("severity.was", word)
                : words.say("severity.level", word, event.level());
    }

    private void history(List<AlarmEvent> steps, List<String> lines) {
        if (steps.size() < 2) {
            return;
        }
        lines.add("");
        lines.add(words.say("head.history"));
        for (AlarmEvent step : steps) {
            String when = timeOfDay(step.time(), steps.getFirst().since());
            String value = quantity(step.value(), step);
            lines.add("  "
                    + (step.level().isEmpty()
                            ? words.say("history.plain", when, words.step(step.type()), value)
                            : words.say(
                                    "history.level",
                                    when,
                                    words.step(step.type()),
                                    step.level(),
                                    words.severity(step.severity()),
                                    value,
                                    quantity(step.limit(), step))));
        }
    }

    private void inputs(AlarmEvent event, List<String> lines) {
        if (event.inputs().isEmpty()) {
            return;
        }
        lines.add("");
        lines.add(words.say("head.inputs"));
        new TreeMap<>(event.inputs()).forEach((name, value) -> lines.add("  " + name + " = " + value));
    }

    private String consoleLink(AlarmEvent event) {
        String base = settings.consoleUrl();
        String trimmed = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        String incident =
                URLEncoder.encode(event.incident(), StandardCharsets.UTF_8).replace("+", "%20");
        return trimmed + "/#/alarms/" + incident;
    }

    private String picture(AlarmEvent event, List<AlarmEvent> steps) {
        long to = event.time();
        long from = to - ChronoUnit.MICROS.between(Instant.EPOCH, Instant.EPOCH.plus(TREND));
        List<TrendPoint> points = evidence.trend(event.tag(), from, to);
        if (points.isEmpty()) {
            return "";
        }
        List<TrendSvg.Marker> markers = new ArrayList<>();
        markers.add(new TrendSvg.Marker(event.since(), words.say("trend.breach"), false));
        Map<String, Double> limits = new TreeMap<>(evidence.limits(event.rule(), event.tag()));
        for (AlarmEvent step : steps) {
            if (!step.level().isEmpty()) {
                limits.putIfAbsent(step.level(), step.limit());
            }
            if (step.type() == AlarmEvent.Type.RAISED) {
                markers.add(new TrendSvg.Marker(step.time(), words.say("trend.raised", step.level()), true));
            }
        }
        String title =
                event.assetName() + " · " + event.tag().substring(event.tag().lastIndexOf('/') + 1);
        return new TrendSvg(settings.zone(), settings.locale())
                .draw(new TrendSvg.Chart(title, event.unit(), from, to, points, limits, markers));
    }

    private String quantity(double value, AlarmEvent event) {
        return Numbers.quantity(value, event.unit(), settings.locale());
    }

    /** ISO 8601 order, local time, offset, and the zone's name. */
    private String local(long micros) {
        var time = Instant.EPOCH.plus(micros, ChronoUnit.MICROS).atZone(settings.zone());
        String date =
                DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).format(time);
        if (settings.zone().normalized().equals(ZoneOffset.UTC)) {
            return date + " UTC";
        }
        String zone = settings.zone() instanceof ZoneOffset
                ? ""
                : " " + settings.zone().getId();
        return date + " " + time.getOffset().getId() + zone;
    }

    /** The zone stands in "Since"; here the date too only when it is another day. */
    private String timeOfDay(long micros, long since) {
        var time = Instant.EPOCH.plus(micros, ChronoUnit.MICROS).atZone(settings.zone());
        var first = Instant.EPOCH.plus(since, ChronoUnit.MICROS).atZone(settings.zone());
        String pattern = time.toLocalDate().equals(first.toLocalDate()) ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss";
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).format(time);
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
