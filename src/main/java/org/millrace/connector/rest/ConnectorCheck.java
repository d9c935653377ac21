package org.millrace.connector.rest;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.millrace.config.DidYouMean;
import org.millrace.config.Positions;
import org.millrace.config.Problem;
import org.millrace.connector.OrderClient;
import org.millrace.connector.rest.ConnectorFile.Encoding;
import org.millrace.connector.rest.ConnectorFile.Mode;
import org.millrace.connector.rest.ConnectorFile.Operation;
import org.millrace.rule.RuleFile.Severity;

/** What can be told of a connector file without its system. A file without errors makes a {@link RestConnector}. */
public final class ConnectorCheck {
    private static final int LEAST_REFERENCE = 16;

    private final ConnectorFile file;
    private final Positions positions;
    private final List<Problem> problems = new ArrayList<>();
    private final ProgramCheck programs;
    private final AccessCheck access;

    private ConnectorCheck(ConnectorFile file, Positions positions) {
        this.file = file;
        this.positions = positions;
        this.programs = new ProgramCheck(file, positions, problems);
        this.access = new AccessCheck(file, positions, problems);
    }

    public static List<Problem> problems(ConnectorFile file, Positions positions) {
        ConnectorCheck check = new ConnectorCheck(file, positions);
        check.access.check();
        check.fields();
        check.order();
        check.asset();
        check.words();
        file.operations().named().forEach(check::operation);
        return check.problems;
    }

    /**
     * A request of another file that goes the way of a connector.
     *
     * @param of the record whose keys the programs stand under
     * @param programs jq over what the request's {@code items} brings
     */
    public static List<Problem> request(
            ConnectorFile file, Operation request, Record of, Map<String, String> programs, Positions positions) {
        ConnectorCheck check = new ConnectorCheck(file, positions);
        check.operation("rows", request);
        Set<String> vars = AccessCheck.with("status", "headers", "page");
        programs.forEach((key, text) -> check.programs.check(of, key, text, vars));
        return check.problems;
    }

    private void fields() {
        int reference = file.fields().reference();
        if (reference != 0 && reference < LEAST_REFERENCE) {
            error(
                    file.fields(),
                    "reference",
                    "a reference of " + reference + " characters is too short to be unique",
                    "at least " + LEAST_REFERENCE + "; or keep it in the title or the text");
        }
    }

    private void order() {
        ConnectorFile.OrderFields order = file.order();
        Set<String> vars = AccessCheck.with("status", "headers", "ref", "id", "page", "since");
        programs.check(order, "id", order.id(), vars);
        programs.check(order, "state", order.state(), vars);
        order.number().ifPresent(text -> programs.check(order, "number", text, vars));
        order.reference().ifPresent(text -> programs.check(order, "reference", text, vars));
        order.updated().ifPresent(text -> programs.check(order, "updated", text, vars));
        order.touched().ifPresent(text -> programs.check(order, "touched", text, vars));
        zone(order, order.zone());
        if (order.reference().isEmpty() && file.operations().find().verify().isEmpty()) {
            problems.add(positions
                    .ofKey(file, "operations.find")
                    .error(
                            "nothing tells whether a found order carries the reference",
                            "order.reference, or find.verify: '.description | contains($ref)'"));
        }
    }

    private void asset() {
        ConnectorFile.AssetFields asset = file.asset();
        Set<String> vars = AccessCheck.with("status", "headers", "page");
        programs.check(asset, "id", asset.id(), vars);
        programs.check(asset, "name", asset.name(), vars);
        programs.check(asset, "class", asset.class_(), vars);
        asset.number().ifPresent(text -> programs.check(asset, "number", text, vars));
        asset.parent().ifPresent(text -> programs.check(asset, "parent", text, vars));
        asset.location().ifPresent(text -> programs.check(asset, "location", text, vars));
        asset.criticality().ifPresent(text -> programs.check(asset, "criticality", text, vars));
        asset.total().ifPresent(text -> programs.check(asset, "total", text, vars));
        asset.cmms().forEach((key, text) -> programs.check(asset, "cmms." + key, text, vars));
        asset.under()
                .filter(under -> !under.matches("[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+){0,5}"))
                .ifPresent(under -> error(
                        asset,
                        "under",
                        "'" + under + "' is not the begin of a path",
                        "enterprise/site, e.g. acme/lyon"));
    }

    private void words() {
        ConnectorFile.Words words = file.map();
        List<String> severities = names(Severity.values());
        List<String> states = names(OrderClient.State.values());
        complete("severity", words.severity().keySet(), severities);
        complete("state", words.state().keySet(), states);
        if (!states.contains(words.otherState())) {
            error(
                    words,
                    "other_state",
                    "there is no state '" + words.otherState() + "'",
                    DidYouMean.hint(words.otherState(), states));
        }
    }

    private void complete(String key, Set<String> given, List<String> needed) {
        for (String name : given) {
            if (!needed.contains(name)) {
                problems.add(positions
                        .ofKey(file.map(), key + "." + name)
                        .error("map." + key + " has '" + name + "'", DidYouMean.hint(name, needed)));
            }
        }
        Set<String> missing = new TreeSet<>(needed);
        missing.removeAll(given);
        if (!missing.isEmpty()) {
            problems.add(positions
                    .ofKey(file.map(), key)
                    .error(
                            "map." + key + " says nothing of " + String.join(", ", missing),
                            key.equals("state") ? "write [] where the system has none" : "every one needs a word"));
        }
    }

    private void operation(String name, Operation op) {
        Set<String> vars = new TreeSet<>(AccessCheck.ALWAYS);
        vars.addAll(OperationKeys.variables(name, op));
        access.method(op, op.method());
        if (!op.path().startsWith("/")) {
            error(op, "path", "'" + op.path() + "' is not a path below base_url", "begin with /");
        }
        access.template(op, "path", op.path(), vars);
        access.headers(op, "headers", op.headers(), vars);
        op.query().forEach((key, text) -> programs.check(op, "query." + key, text, vars));
        op.form().forEach((key, text) -> programs.check(op, "form." + key, text, vars));
        op.body().ifPresent(text -> programs.check(op, "body", text, vars));
        op.assetNumber().ifPresent(text -> programs.check(op, "asset_number", text, vars));
        Set<String> answered = new TreeSet<>(vars);
        answered.addAll(Set.of("status", "headers"));
        programs.check(op, "items", op.items(), answered);
        op.verify().ifPresent(text -> programs.check(op, "verify", text, answered));
        op.id().ifPresent(text -> programs.check(op, "id", text, answered));
        op.number().ifPresent(text -> programs.check(op, "number", text, answered));
        op.pages().ifPresent(pages -> {
            programs.check(pages, "first", pages.first(), vars);
            programs.check(pages, "next", pages.next(), answered);
            if (pages.most() < 1) {
                error(pages, "most", "most is " + pages.most(), "at least 1");
            }
        });
        op.cursor().ifPresent(this::cursor);
        shape(name, op);
    }

    private void shape(String name, Operation op) {
        OperationKeys.misplaced(name, op)
                .forEach(key -> problems.add(positions
                        .ofKey(op, key)
                        .error("'" + key + "' has no effect in operations." + name, "take it out")));
        if (op.method().equals("GET") && (op.body().isPresent() || op.encode() != Encoding.JSON)) {
            error(op, "method", "a GET has no body", "method: POST");
        }
        if (op.encode() == Encoding.FORM && op.form().isEmpty()) {
            error(op, "encode", "encode: form without form", "form: { name: '.title' }");
        }
        if (name.equals("create") && op.body().isEmpty() && op.form().isEmpty()) {
            error(op, "path", "create sends nothing", "body: '{title: .title, …}'");
        }
        if (name.equals("update")
                && op.mode() == Mode.READ_MODIFY_WRITE
                && file.operations().get().isEmpty()) {
            error(op, "mode", "read-modify-write needs operations.get", "get: { path: \"/orders/{id}\" }");
        }
        if (op.assetNumber().isPresent() && file.operations().lookupAsset().isEmpty()) {
            error(op, "asset_number", "asset_number needs operations.lookup_asset", "");
        }
        if (name.equals("changes") && file.order().updated().isEmpty()) {
            error(op, "path", "changes needs order.updated: the next call begins there", "updated: .updatedAt");
        }
        if (name.equals("changes") && (op.every().isZero() || op.every().isNegative())) {
            error(op, "every", "every must be longer than nothing", "e.g. 30s");
        }
    }

    private void cursor(ConnectorFile.Cursor cursor) {
        if (!Set.of("iso", "epoch-millis", "epoch-seconds").contains(cursor.format())) {
            try {
                var unused = DateTimeFormatter.ofPattern(cursor.format(), Locale.ROOT);
            } catch (IllegalArgumentException e) {
                error(
                        cursor,
                        "format",
                        "'" + cursor.format() + "' is not a date pattern: " + e.getMessage(),
                        "iso, epoch-millis, epoch-seconds or e.g. yyyy-MM-dd HH:mm:ss");
            }
        }
        zone(cursor, cursor.zone());
    }

    private void zone(Record of, String zone) {
        try {
            ZoneId.of(zone);
        } catch (DateTimeException e) {
            error(of, "zone", "'" + zone + "' is not a time zone", "write an IANA name such as Europe/Paris");
        }
    }

    private static List<String> names(Enum<?>[] constants) {
        return java.util.Arrays.stream(constants).map(ConnectorFile::word).toList();
    }

    private void error(Record of, String key, String message, String hint) {
        problems.add(positions.of(of, key).error(message, hint));
    }
}
