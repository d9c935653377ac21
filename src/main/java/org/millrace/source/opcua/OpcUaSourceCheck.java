package org.millrace.source.opcua;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.milo.opcua.stack.core.util.EndpointUtil;
import org.millrace.config.DidYouMean;
import org.millrace.config.Position;
import org.millrace.config.Positions;
import org.millrace.config.Problem;
import org.millrace.source.opcua.OpcUaSourceFile.Events;
import org.millrace.source.opcua.OpcUaSourceFile.Mode;
import org.millrace.source.opcua.OpcUaSourceFile.Policy;
import org.millrace.source.opcua.OpcUaSourceFile.Security;

/** What can be told of an OPC UA source without its server. */
public final class OpcUaSourceCheck {
    private static final int MAX_SEVERITY = 1000;
    private static final int MAX_PORT = 65_535;
    private static final Duration LEAST_SILENCE = Duration.ofSeconds(1);

    private OpcUaSourceCheck() {}

    /** A source that will never be connected is a warning: the others shall run. */
    public static List<Problem> problems(OpcUaSourceFile file, Positions positions) {
        List<Problem> problems = new ArrayList<>();
        String endpoint = file.endpoint();
        if (!endpoint.toLowerCase(Locale.ROOT).startsWith("opc.tcp://")
                || EndpointUtil.getHost(endpoint) == null
                || EndpointUtil.getPort(endpoint) > MAX_PORT) {
            problems.add(positions
                    .of(file, "endpoint")
                    .error("'" + endpoint + "' is not an OPC UA endpoint", "write opc.tcp://host:4840/path"));
        }
        if (file.queue() < 1) {
            problems.add(positions.of(file, "queue").error("queue is " + file.queue(), "at least 1"));
        }
        file.watch().ifPresent(watch -> {
            Duration least = file.publishEvery().multipliedBy(3);
            if (watch.silentAfter().compareTo(LEAST_SILENCE) < 0
                    || watch.silentAfter().compareTo(least) < 0) {
                problems.add(positions
                        .of(watch, "silent_after")
                        .error(
                                "silent_after is shorter than a healthy server may be silent",
                                "at least 1s and three times publish_every; 30s is usual"));
            }
        });
        file.backfill()
                .filter(b -> b.max().isNegative())
                .ifPresent(b -> problems.add(positions.of(b, "max").error("max is negative", "0s fills nothing")));
        file.events().ifPresent(events -> events(events, positions, problems));
        security(file, file.securityOrStandard(), positions, problems);
        refusal(file)
                .ifPresent(why -> problems.add(
                        positions.of(file, "security").warning("this source will not be connected: " + why, "")));
        return problems;
    }

    private static void events(Events events, Positions positions, List<Problem> problems) {
        NodeText.problem(events.notifier())
                .ifPresent(message ->
                        problems.add(positions.of(events, "notifier").error(message, "the Server object is i=2253")));
        if (events.select().isEmpty()) {
            problems.add(positions
                    .of(events, "select")
                    .error("nothing is selected", "write select: { <name>: { source: \"*\" } }"));
        }
        events.select().values().forEach(selection -> {
            selection
                    .types()
                    .forEach(type -> NodeText.problem(type)
                            .ifPresent(message -> problems.add(positions
                                    .of(selection, "types")
                                    .error(message, "all alarms are of i=2915, their subtypes included"))));
            selection
                    .source()
                    .filter(source -> source.startsWith("ns=")) // anything else may be a name
                    .flatMap(NodeText::problem)
                    .ifPresent(message ->
                            problems.add(positions.of(selection, "source").error(message, "or the source's name")));
            if (selection.minSeverity() < 1 || selection.minSeverity() > MAX_SEVERITY) {
                problems.add(positions
                        .of(selection, "min_severity")
                        .error("min_severity is " + selection.minSeverity(), "from 1 to 1000"));
            }
        });
    }

    /** What is wrong with {@code device:} of a tag of this source; empty when its events are selected. */
    public static Optional<Problem> deviceProblem(OpcUaSourceFile file, String device, Position at) {
        Set<String> known =
                file.events().map(events -> events.select().keySet()).orElse(Set.of());
        return known.contains(device)
                ? Optional.empty()
                : Optional.of(at.error(
                        "the source '" + file.id() + "' selects no events '" + device + "'",
                        known.isEmpty()
                                ? "write node: for a value, or events: { select: … } into the source"
                                : DidYouMean.hint(device, known)));
    }

    /** What is wrong with {@code field:} of a tag that wants events. */
    public static Optional<Problem> fieldProblem(String field, Position at) {
        return EventTags.of(field).isPresent()
                ? Optional.empty()
                : Optional.of(at.error("events have no '" + field + "'", DidYouMean.hint(field, EventTags.fields())));
    }

    private static void security(OpcUaSourceFile file, Security security, Positions positions, List<Problem> problems) {
        boolean none = security.policy() == Policy.None;
        if (none != (security.effectiveMode() == Mode.None)) {
            problems.add(positions
                    .of(security, "mode")
                    .error(
                            "mode " + security.effectiveMode() + " does not go with policy " + security.policy(),
                            none
                                    ? "policy None protects nothing; leave mode out"
                                    : "write Sign or SignAndEncrypt, or leave mode out"));
        }
        if (security.user().isPresent() && security.userCertificate().isPresent()) {
            problems.add(positions
                    .of(security, "user_certificate")
                    .error("user and user_certificate are two ways to log in", "keep one of them"));
        }
        if (security.password().isPresent() && security.user().isEmpty()) {
            problems.add(positions.of(security, "password").error("a password without a user", "write user: too"));
        }
        if (none && security.user().isPresent()) {
            problems.add(positions
                    .of(security, "user")
                    .warning(
                            "with policy None the password crosses the network in the clear, unless the server asks"
                                    + " for it encrypted",
                            "use Basic256Sha256 or better"));
        }
    }

    /** Why this configuration is not connected at all; empty when it may be. */
    static Optional<String> refusal(OpcUaSourceFile file) {
        Security security = file.securityOrStandard();
        return security.policy() == Policy.None && !security.allowInsecure()
                ? Optional.of("security policy None sends everything in the clear; write security: { policy: None,"
                        + " allow_insecure: true } to accept that")
                : Optional.empty();
    }

    /** What is wrong with {@code node:} of a tag; empty when it is a node id. */
    public static Optional<String> nodeProblem(String text) {
        return NodeText.problem(text);
    }
}
