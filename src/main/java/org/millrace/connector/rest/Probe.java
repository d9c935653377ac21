package org.millrace.connector.rest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.millrace.connector.Answer;
import org.millrace.connector.OrderClient.Changes;
import org.millrace.connector.OrderClient.RemoteOrder;
import org.millrace.erp.DocumentKind;

/** Tries a connector on its system without creating or changing anything: logs in, finds, asks for changes. */
public final class Probe {
    /** Found in no order: it names no asset. */
    public static final String REFERENCE = "hub:connector-test:0";

    private static final String NONE = "none, as it should be";

    /** @param hint what to do; empty when it went well */
    public record Step(String name, boolean ok, Duration took, String said, String hint) {}

    private final Optional<RestConnector> orders;
    private final LongSupplier nanos;

    /** @param nanos a clock for differences, e.g. System::nanoTime */
    public Probe(RestConnector connector, LongSupplier nanos) {
        this.orders = Optional.of(connector);
        this.nanos = nanos;
    }

    private Probe(LongSupplier nanos) {
        this.orders = Optional.empty();
        this.nanos = nanos;
    }

    /** The same for an ERP system: logs in, and finds a document of each kind that cannot be there. */
    public static List<Step> documents(RestDocuments client, LongSupplier nanos) {
        Probe probe = new Probe(nanos);
        List<Step> steps = new ArrayList<>();
        boolean goesOn = probe.add(steps, "log in", client::login, done -> "accepted, or nothing to fetch");
        for (DocumentKind kind : DocumentKind.values()) {
            if (goesOn && client.kinds().contains(kind)) {
                goesOn = probe.add(
                        steps,
                        "find a " + kind.word(),
                        () -> client.find(RestDocuments.nothing(kind)),
                        found -> found.isEmpty() ? NONE : found.size() + " are taken for one that cannot be there");
                if (goesOn && !steps.getLast().said().equals(NONE)) {
                    Step wrong = steps.removeLast();
                    steps.add(new Step(wrong.name(), false, wrong.took(), wrong.said(), "verify is wrong"));
                    goesOn = false;
                }
            }
        }
        return steps;
    }

    /** Up to the first step that fails. */
    public List<Step> run() {
        RestConnector connector = orders.orElseThrow();
        List<Step> steps = new ArrayList<>();
        if (!add(steps, "log in", connector::login, done -> "accepted, or nothing to fetch")) {
            return steps;
        }
        if (!add(steps, "find " + REFERENCE, () -> connector.find(REFERENCE).map(Probe::found), words -> words)) {
            return steps;
        }
        if (!steps.getLast().said().equals(NONE)) {
            Step wrong = steps.removeLast();
            steps.add(new Step(
                    wrong.name(), false, wrong.took(), wrong.said(), "order.reference or find.verify is wrong"));
            return steps;
        }
        if (connector.capabilities().changes()) {
            String since =
                    connector.clock().instant().minus(Duration.ofHours(1)).toString();
            add(steps, "changes of the last hour", () -> connector.changes(since), Probe::changed);
        }
        return steps;
    }

    private static String found(List<RemoteOrder> orders) {
        return orders.isEmpty() ? NONE : orders.size() + " orders are taken for one that cannot be there";
    }

    private static String changed(Changes changes) {
        long timed = changes.orders().stream()
                .filter(order -> order.updated().isPresent())
                .count();
        String said = changes.orders().size() + " orders";
        return timed < changes.orders().size()
                ? said + ", of which " + (changes.orders().size() - timed) + " show no time: see order.updated"
                : said;
    }

    private interface Words<T> {
        String of(T value);
    }

    private <T> boolean add(List<Step> steps, String name, Supplier<Answer<T>> call, Words<T> words) {
        long start = nanos.getAsLong();
        Answer<T> answer = call.get();
        Duration took = Duration.ofNanos(nanos.getAsLong() - start);
        Step step = switch (answer) {
            case Answer.Ok<T> ok -> new Step(name, true, took, words.of(ok.value()), "");
            case Answer.Retryable<T> failed -> failed(name, took, "retryable", failed.why());
            case Answer.Throttled<T> failed -> failed(name, took, "throttled", failed.why());
            case Answer.Unauthorized<T> failed -> failed(name, took, "unauthorized", failed.why());
            case Answer.Permanent<T> failed -> failed(name, took, "permanent", failed.why());
            case Answer.Unknown<T> failed -> failed(name, took, "unknown", failed.why());
        };
        steps.add(step);
        return step.ok();
    }

    private static Step failed(String name, Duration took, String verdict, String why) {
        return new Step(name, false, took, verdict + ": " + why, hint(verdict, why.toLowerCase(Locale.ROOT)));
    }

    /** What usually is the matter. */
    private static String hint(String verdict, String why) {
        if (why.contains("secret") && (why.contains("file") || why.contains("environment"))) {
            return "put the secret where auth.secret says";
        }
        if (why.contains("host name")) {
            return "base_url: is the name right, and known to this machine's DNS?";
        }
        if (why.contains("connection refused") || why.contains("no connection")) {
            return "is the system running, and is the way to it open (firewall, connection.proxy)?";
        }
        if (why.contains("tls") || why.contains("certificate") || why.contains("pkix")) {
            return "connection.trust takes a PEM file of the authority that signed the system's certificate";
        }
        if (why.contains("redirect")) {
            return "base_url must be the address of the API itself, with https where the system wants it";
        }
        if (why.contains("not json")) {
            return "base_url probably leads to a web page, not to the API; or a proxy answers in the system's place";
        }
        if (why.contains("http 404")) {
            return "base_url or the operation's path is wrong, or this version of the system has no such path";
        }
        if (why.contains("no answer") || why.contains("no whole answer")) {
            return "the system is slow; connection.read says how long to wait";
        }
        return switch (verdict) {
            case "unauthorized" -> "user, secret, or the rights of that user in the system";
            case "throttled" -> "the system or limits: of the file allow no more requests now; try again later";
            case "permanent" -> "the system does not take this request; compare it with the page of the connector";
            default -> "try again; if it stays, look into the system's own log";
        };
    }
}
