package org.millrace.ticket;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.RuleFile;
import org.millrace.signal.Micros;

/**
 * Writes the ticket of an incident: what, where, since when, how far, how sure, what to check, and the last 30 minutes.
 * A pure function of the event and the evidence; safe from any thread when the evidence is.
 */
public final class TicketText implements Ticket.Writer {
    /** How much history the picture shows at least; a longer incident is shown whole, a younger signal fills it. */
    public static final Duration TREND = Duration.ofMinutes(30);

    private static final int TITLE_LIMIT = 160;
    private static final int PAST_ORDERS = 3;
    private static final long MICROS_TREND = Micros.of(TREND);
    private static final long MICROS_LEAST = 30_000_000;
    private static final Pattern INPUT = Pattern.compile("(\\S+)(?: (\\S+))? \\((GOOD|UNCERTAIN|BAD)\\)");

    /**
     * @param locale language and number format
     * @param zone the plant's time zone; every time in the text is local and says so
     * @param consoleUrl where people open the console, e.g. {@code http://127.0.0.1:8080}; empty = no link
     */
    public record Settings(Locale locale, ZoneId zone, String consoleUrl) {}

    /**
     * An order of the same machine.
     *
     * @param created µs
     * @param state of {@link OrderState}
     */
    public record PastOrder(String number, String title, OrderState state, long created, String incident) {}

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

        /** The last orders of an asset, newest first; what was done here before is half of a diagnosis. */
        default List<PastOrder> orders(String asset) {
            return List.of();
        }

        /** What the rule's author wants checked. */
        default Optional<RuleFile.Guidance> guidance(String rule) {
            return Optional.empty();
        }

        /** Order, product, shift and the like of an asset as of a source time (µs), by name; {@code stale}: whose word is too old. */
        default Map<String, String> context(String asset, long time) {
            return Map.of();
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

    /** The step with the highest level: its title and limit stay when the value falls or returns, as the severity does. */
    private static AlarmEvent worst(List<AlarmEvent> steps) {
        AlarmEvent worst = steps.getFirst();
        for (AlarmEvent step : steps) {
            if (step.type() == AlarmEvent.Type.RAISED && step.severity().compareTo(worst.severity()) >= 0) {
                worst = step;
            }
        }
        return worst;
    }

    private String title(AlarmEvent event, List<AlarmEvent> steps) {
        String line = oneLine(worst(steps).title());
        String where = oneLine(event.asset());
        String whole = line.contains(where) ? line : where + ": " + line;
        return whole.length() <= TITLE_LIMIT ? whole : whole.substring(0, TITLE_LIMIT - 1) + "…";
    }

    private String text(AlarmEvent event, List<AlarmEvent> steps) {
        List<String> lines = new ArrayList<>();
        lines.add(title(event, steps));
        lines.add("");
        situation(event, steps, lines);
        evidence.guidance(event.rule()).ifPresent(guidance -> {
            lines.add("");
            lines.add(words.say("head.guidance"));
            lines.add("  " + guidance.text().strip());
            guidance.link().ifPresent(link -> lines.add("  " + link));
        });
        history(steps, lines);
        inputs(event, lines);
        orders(event, lines);
        place(event, lines);
        if (!settings.consoleUrl().isEmpty()) {
            lines.add("");
            lines.add(words.say("line.console", consoleLink(event)));
        }
        return String.join("\n", lines) + "\n";
    }

    /** What a technician reads first: which machine, what is wrong, how far, how long, and whether it still is. */
    private void situation(AlarmEvent event, List<AlarmEvent> steps, List<String> lines) {
        AlarmEvent worst = worst(steps);
        Duration held = Duration.of(BreachTime.micros(steps, event.hubTime()), ChronoUnit.MICROS);
        boolean active = !event.level().isEmpty();
        lines.add(words.say("line.where", event.assetName() + " (" + event.asset() + ")"));
        lines.add(words.say("line.signal", words.signal(event.tag())));
        lines.add(words.say("line.state", words.state(event.type())));
        lines.add(words.say("line.severity", severity(event, worst)));
        lines.add(words.say(
                event.low() ? "line.peak.low" : "line.peak.high",
                quantity(event.peak(), event),
                words.say(event.low() ? "limit.low" : "limit.high", quantity(worst.limit(), worst), worst.level())));
        lines.add(
                Double.isNaN(event.value())
                        ? words.say("line.value.none")
                        : words.say("line.value", quantity(event.value(), event)));
        lines.add(words.say("line.since", local(event.since())));
        lines.add(words.say(active ? "line.duration.running" : "line.duration", words.duration(held)));
        lines.add(words.say("line.failure", words.failureMode(event.failureMode())));
        context(event, lines);
    }

    /** What was made, for whom and by which shift, when it first went wrong. */
    private void context(AlarmEvent event, List<String> lines) {
        Map<String, String> context = evidence.context(event.asset(), event.since());
        String said = context.entrySet().stream()
                .filter(field -> !field.getKey().equals("stale"))
                .map(field -> words.contextField(field.getKey()) + " " + oneLine(field.getValue()))
                .collect(Collectors.joining(" · "));
        if (!said.isEmpty()) {
            lines.add(words.say("line.context", said));
        }
        if (context.containsKey("stale")) {
            lines.add(words.say("line.context.stale", context.get("stale")));
        }
    }

    private String severity(AlarmEvent event, AlarmEvent worst) {
        String highest = words.severity(worst.severity());
        if (event.level().isEmpty()) {
            return words.say("severity.was", highest, worst.level());
        }
        return event.level().equals(worst.level())
                ? words.say("severity.level", highest, worst.level())
                : words.say(
                        "severity.lowered", highest, worst.level(), words.severity(event.severity()), event.level());
    }

    /** Where it comes from: for whoever has to find the sensor or change the rule. */
    private void place(AlarmEvent event, List<String> lines) {
        lines.add("");
        lines.add(words.say("head.origin"));
        lines.add("  " + words.say("line.path", event.assetPath().replace("/", " / ")));
        lines.add("  " + words.say("line.tag", event.tag()));
        lines.add("  " + words.say("line.rule", event.rule()));
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

    /** Not the one being written. */
    private void orders(AlarmEvent event, List<String> lines) {
        List<PastOrder> past = evidence.orders(event.asset()).stream()
                .filter(order -> !order.incident().equals(event.incident()))
                .limit(PAST_ORDERS)
                .toList();
        if (past.isEmpty()) {
            return;
        }
        lines.add("");
        lines.add(words.say("head.orders"));
        for (PastOrder order : past) {
            String day = DateTimeFormatter.ISO_LOCAL_DATE.format(
                    Micros.instant(order.created()).atZone(settings.zone()));
            String state = words.say("order." + order.state().code());
            lines.add("  " + words.say("order.line", day, order.number(), oneLine(order.title()), state));
        }
    }

    private void inputs(AlarmEvent event, List<String> lines) {
        if (event.inputs().isEmpty()) {
            return;
        }
        lines.add("");
        lines.add(words.say("head.inputs"));
        new TreeMap<>(event.inputs())
                .forEach((name, value) -> lines.add("  " + words.signal(name) + ": " + input(value)));
    }

    /** {@code "30.9613216944 Cel (GOOD)"} as people read it: {@code 30.961 °C}; quality is said when it is not good. */
    private String input(String described) {
        Matcher parts = INPUT.matcher(described);
        if (!parts.matches()) {
            return described;
        }
        String number = parts.group(1);
        String unit = parts.group(2) == null ? "" : parts.group(2);
        String value;
        try {
            value = Numbers.quantity(Double.parseDouble(number), unit, settings.locale());
        } catch (NumberFormatException e) {
            value = (number + " " + UnitText.of(unit)).strip();
        }
        return parts.group(3).equals("GOOD")
                ? value
                : words.say(
                        "input.quality",
                        value,
                        words.say("quality." + parts.group(3).toLowerCase(Locale.ROOT)));
    }

    /** Where the console shows the incident; only with a console URL. */
    public String consoleLink(AlarmEvent event) {
        String base = settings.consoleUrl();
        String trimmed = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        String incident =
                URLEncoder.encode(event.incident(), StandardCharsets.UTF_8).replace("+", "%20");
        return trimmed + "/#/alarms/" + incident;
    }

    private String picture(AlarmEvent event, List<AlarmEvent> steps) {
        long to = lastMeasured(event, steps);
        long span = Math.max(MICROS_TREND, (to - event.since()) / 4 * 5);
        List<TrendPoint> points = evidence.trend(event.tag(), to - span, to);
        if (points.isEmpty()) {
            return "";
        }
        // a signal younger than the window: its own life fills the picture
        long from = Math.max(to - span, Math.min(points.getFirst().time(), to - MICROS_LEAST));
        List<TrendSvg.Marker> markers = new ArrayList<>();
        markers.add(new TrendSvg.Marker(event.since(), words.say("trend.breach"), false));
        Map<String, Double> limits = new TreeMap<>(evidence.limits(event.rule(), event.tag()));
        for (AlarmEvent step : steps) {
            if (!step.level().isEmpty() && step.ofTheValue()) {
                limits.putIfAbsent(step.level(), step.limit());
            }
            if (step.type() == AlarmEvent.Type.RAISED) {
                markers.add(new TrendSvg.Marker(step.time(), words.say("trend.raised", step.level()), true));
            }
        }
        String title = event.assetName() + " · " + words.signal(event.tag());
        return new TrendSvg(settings.zone(), settings.locale())
                .draw(new TrendSvg.Chart(title, event.unit(), from, to, points, limits, markers));
    }

    /** Event time of the last step that a value made: an acknowledgement carries the hub's time, which may be years off. */
    private static long lastMeasured(AlarmEvent event, List<AlarmEvent> steps) {
        long time = event.time();
        boolean returned = false;
        for (AlarmEvent step : steps) {
            boolean byPerson =
                    step.type() == AlarmEvent.Type.ACKED || step.type() == AlarmEvent.Type.NORMAL && returned;
            if (!byPerson) {
                time = step.time();
            }
            returned = step.type() == AlarmEvent.Type.RTN_UNACK;
        }
        return time;
    }

    private String quantity(double value, AlarmEvent event) {
        return Numbers.quantity(value, event.unit(), settings.locale());
    }

    /** ISO 8601 order, local time, offset, and the zone's name. */
    private String local(long micros) {
        var time = Micros.instant(micros).atZone(settings.zone());
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
        var time = Micros.instant(micros).atZone(settings.zone());
        var first = Micros.instant(since).atZone(settings.zone());
        String pattern = time.toLocalDate().equals(first.toLocalDate()) ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss";
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).format(time);
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
