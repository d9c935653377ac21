package org.millrace.route;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.millrace.erp.DocumentKind;
import org.millrace.rule.RuleFile;
import org.snakeyaml.engine.v2.nodes.Node;

/** The hub's own endpoints: which there are, in which direction, and what they may name. */
final class HubUri {
    private static final Set<String> SOURCES = words(HubStep::isSource);
    private static final Set<String> CONSUMERS = words(HubStep::isConsumer);
    private static final Set<String> PRODUCERS = words(step -> !step.isConsumer());
    private static final Set<String> ALONE = words(step -> !step.isNamed());
    private static final Map<String, Set<String>> OPTIONS = Map.of(
            "events", Set.of("name", "type", "severity", "asset", "rule", "start"),
            "production", Set.of("name"),
            "erp", Set.of("document"),
            "journal", Set.of("maxSamples", "flushEvery"),
            "kpi", Set.of("period", "id"),
            "decode", Set.of("source"),
            "dead-letter", Set.of("source"));
    private static final Pattern CURSOR = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

    private final Known known;
    private final Report report;

    /** Where findings go. */
    interface Report {
        void error(Node at, String message, String hint);
    }

    HubUri(Known known, Report report) {
        this.known = known;
        this.report = report;
    }

    void check(Endpoints.Use use) {
        String[] parts = use.rest().split("/", 2);
        String step = parts[0];
        String name = parts.length > 1 ? parts[1] : "";
        Set<String> here = use.consumer() ? CONSUMERS : PRODUCERS;
        Set<String> there = use.consumer() ? PRODUCERS : CONSUMERS;
        if (there.contains(step)) {
            report.error(
                    use.at(),
                    "hub:" + step
                            + (use.consumer()
                                    ? " takes messages, it does not give them"
                                    : " gives messages, it does not take them"),
                    use.consumer() ? "use it in 'to:'" : "use it in 'from:'");
            return;
        }
        if (!here.contains(step)) {
            report.error(use.at(), "unknown endpoint 'hub:" + step + "'", Closest.hint(step, here, ""));
            return;
        }
        name(use, step, name);
        options(use, step);
    }

    private void name(Endpoints.Use use, String step, String name) {
        if (ALONE.contains(step)) {
            if (!name.isEmpty()) {
                report.error(use.at(), "hub:" + step + " has no name after it", "write hub:" + step);
            }
        } else if (name.isEmpty()) {
            report.error(use.at(), "hub:" + step + " needs a name", "hub:" + step + "/<" + what(step) + ">");
        } else if (name.contains("{{")) {
            return; // a kamelet's template; the caller's value is checked where it is given
        } else if (SOURCES.contains(step)) {
            source(use, step, name);
        } else if (step.equals("journal") || step.equals("kpi")) {
            if (!CURSOR.matcher(name).matches()) {
                report.error(use.at(), "'" + name + "' is not a cursor's name", "a-z, 0-9, '-' and '_', up to 64");
            }
        } else if (step.equals("decode")) {
            Set<String> formats = new TreeSet<>(known.formats());
            formats.add("auto");
            one(use, "payload format", name, formats);
        } else if (step.equals("readings")) {
            one(use, "connector", name, remote(known.cmms()));
        } else if (step.equals("document")) {
            one(use, "document", name, DocumentKind.words());
        } else if (step.equals("b2mml")) {
            one(use, "form of B2MML", name, Set.of("xml", "json"));
        } else {
            one(use, "connector", name, step.equals("cmms") ? known.cmms() : known.erp());
        }
    }

    private void source(Endpoints.Use use, String step, String name) {
        String protocol = known.sources().get(name);
        if (protocol != null && !protocol.equals(step)) {
            report.error(
                    use.at(),
                    "the source '" + name + "' speaks " + protocol + ", not " + step,
                    "write hub:" + protocol + "/" + name);
        } else if (protocol == null) {
            Collection<String> names = known.sources().entrySet().stream()
                    .filter(e -> e.getValue().equals(step))
                    .map(Map.Entry::getKey)
                    .toList();
            one(use, "source", name, names);
        }
    }

    private void one(Endpoints.Use use, String what, String name, Collection<String> names) {
        if (!names.contains(name)) {
            report.error(
                    use.at(),
                    "unknown " + what + " '" + name + "'",
                    Closest.hint(name, names, "add its file under connectors-config/"));
        }
    }

    private void options(Endpoints.Use use, String step) {
        Set<String> names = OPTIONS.getOrDefault(step, Set.of());
        use.options().forEach((name, option) -> {
            if (!names.contains(name)) {
                report.error(
                        option.at(),
                        "unknown option '" + name + "' of hub:" + step,
                        names.isEmpty() ? "it has no options" : Closest.hint(name, names, ""));
            }
        });
        Endpoints.Option document = use.options().get("document");
        if (step.equals("erp") && document != null && !document.value().contains("{{")) {
            one(
                    new Endpoints.Use(document.at(), use.path(), use.options(), use.consumer(), use.step(), false),
                    "document",
                    document.value(),
                    DocumentKind.words());
        }
        if (step.equals("kpi")) {
            period(use);
        }
        if (step.equals("events")) {
            place(use, step, "events");
            events(use);
        } else if (step.equals("production")) {
            place(use, step, "production reports");
        }
    }

    private void place(Endpoints.Use use, String step, String queue) {
        Endpoints.Option name = use.options().get("name");
        if (name == null) {
            report.error(
                    use.at(),
                    "hub:" + step + " needs the option 'name'",
                    "it names this reader's place in the " + queue);
        } else if (!name.value().contains("{{") && !CURSOR.matcher(name.value()).matches()) {
            report.error(name.at(), "'" + name.value() + "' is not a cursor's name", "a-z, 0-9, '-' and '_', up to 64");
        }
    }

    private void period(Endpoints.Use use) {
        Endpoints.Option period = use.options().get("period");
        Set<String> periods = Set.of(KpiConsumer.SHIFT, KpiConsumer.RUNNING, KpiConsumer.ALL);
        if (period != null && !period.value().contains("{{") && !periods.contains(period.value())) {
            report.error(
                    period.at(), "unknown period '" + period.value() + "'", Closest.hint(period.value(), periods, ""));
        }
    }

    private void events(Endpoints.Use use) {
        Endpoints.Option start = use.options().get("start");
        if (start != null && !start.value().contains("{{")) {
            try {
                HubEndpoint.begins(start.value());
            } catch (IllegalArgumentException e) {
                report.error(start.at(), "unknown start '" + start.value() + "'", String.valueOf(e.getMessage()));
            }
        }
        Endpoints.Option severity = use.options().get("severity");
        if (severity != null && !severity.value().contains("{{")) {
            Set<String> levels = Arrays.stream(RuleFile.Severity.values())
                    .map(level -> level.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.toSet());
            Arrays.stream(severity.value().split(",", -1))
                    .map(String::strip)
                    .filter(s -> !levels.contains(s))
                    .forEach(s ->
                            report.error(severity.at(), "unknown severity '" + s + "'", Closest.hint(s, levels, "")));
        }
    }

    /** The desk keeps no meters. */
    private static Set<String> remote(Set<String> connectors) {
        Set<String> remote = new TreeSet<>(connectors);
        remote.remove("desk");
        return remote;
    }

    private static Set<String> words(Predicate<HubStep> which) {
        return Arrays.stream(HubStep.values())
                .filter(which)
                .map(HubStep::word)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String what(String step) {
        return SOURCES.contains(step)
                ? "source"
                : step.equals("journal") || step.equals("kpi")
                        ? "cursor"
                        : step.equals("decode") ? "format" : "connector";
    }
}
