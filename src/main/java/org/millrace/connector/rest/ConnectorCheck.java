package org.millrace.connector.rest;

import java.net.URI;
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
import org.millrace.connector.rest.ConnectorFile.AuthKind;
import org.millrace.connector.rest.ConnectorFile.Encoding;
import org.millrace.connector.rest.ConnectorFile.Mode;
import org.millrace.connector.rest.ConnectorFile.Operation;
import org.millrace.rule.RuleFile.Severity;

/** What can be told of a connector file without its system. A file without errors makes a {@link RestConnector}. */
public final class ConnectorCheck {
    /** Variables every program may name. */
    static final Set<String> ALWAYS = Set.of("base", "user", "secret", "settings", "map", "now", "now_ms");

    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");
    private static final int LEAST_REFERENCE = 16;

    private final ConnectorFile file;
    private final Positions positions;
    private final List<Problem> problems = new ArrayList<>();
    private final ProgramCheck programs;

    private ConnectorCheck(ConnectorFile file, Positions positions) {
        this.file = file;
        this.positions = positions;
        this.programs = new ProgramCheck(file, positions, problems);
    }

    public static List<Problem> problems(ConnectorFile file, Positions positions) {
        ConnectorCheck check = new ConnectorCheck(file, positions);
        check.id();
        check.baseUrl();
        check.connection();
        check.auth();
        check.limits();
        check.order();
        check.asset();
        check.answers();
        check.words();
        check.headers(file, "headers", file.headers(), ALWAYS);
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
        Set<String> vars = with("status", "headers", "page");
        programs.forEach((key, text) -> check.programs.check(of, key, text, vars));
        return check.problems;
    }

    private void id() {
        if (!file.id().matches("[a-z][a-z0-9-]*")) {
            error(file, "id", "'" + file.id() + "' is not an id", "small letters, digits and hyphens, e.g. atlas");
        }
    }

    private void baseUrl() {
        URI uri;
        try {
            uri = URI.create(file.baseUrl());
        } catch (IllegalArgumentException e) {
            uri = URI.create("");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || !Set.of("http", "https").contains(scheme) || uri.getRawQuery() != null) {
            error(file, "base_url", "'" + file.baseUrl() + "' is not a base URL", "e.g. https://cmms.example/api");
        } else if (uri.getRawUserInfo() != null) {
            error(
                    file,
                    "base_url",
                    "a password must not stand in base_url",
                    "auth: { kind: basic, user: …, secret: … }");
        } else if (scheme.equals("http") && !loopback(uri.getHost())) {
            problems.add(positions
                    .of(file, "base_url")
                    .warning(
                            "plain http to " + uri.getHost() + ": passwords and orders can be read on the way",
                            "https://…; connection.trust takes the certificate of a company's own authority"));
        }
    }

    private static boolean loopback(String host) {
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
    }

    private void connection() {
        ConnectorFile.Connection connection = file.connection();
        if (connection.connect().isZero() || connection.connect().isNegative()) {
            error(connection, "connect", "connect must be longer than nothing", "e.g. 5s");
        }
        if (connection.read().isZero() || connection.read().isNegative()) {
            error(connection, "read", "read must be longer than nothing", "e.g. 30s");
        }
        if (connection.maxAnswerKib() < 1 || connection.maxAnswerKib() > 102_400) {
            error(connection, "max_answer_kib", "max_answer_kib is " + connection.maxAnswerKib(), "1 to 102400");
        }
        connection
                .proxy()
                .filter(proxy -> !proxy.matches("[A-Za-z0-9.-]+:\\d{1,5}"))
                .ifPresent(proxy -> error(
                        connection,
                        "proxy",
                        "'" + proxy + "' is not a proxy",
                        "host:port, e.g. proxy.plant.example:3128"));
    }

    private void auth() {
        ConnectorFile.Auth auth = file.auth();
        AuthKind kind = auth.kind();
        if (kind != AuthKind.NONE && kind != AuthKind.LOGIN && auth.secret().isEmpty()) {
            problems.add(authAt().error("auth." + words(kind) + " needs a secret", "secret: \"{{file-secret:name}}\""));
        }
        boolean named = kind == AuthKind.BASIC || kind == AuthKind.OAUTH2_CLIENT_CREDENTIALS || kind == AuthKind.CSRF;
        if (named && auth.user().isEmpty()) {
            problems.add(authAt().error("auth." + words(kind) + " needs a user", "user: hub"));
        }
        if (kind.fetches() && !pathOk(auth.path(), kind == AuthKind.OAUTH2_CLIENT_CREDENTIALS)) {
            error(
                    auth,
                    "path",
                    auth.path().isEmpty()
                            ? "auth." + words(kind) + " needs a path"
                            : "'" + auth.path() + "' is not a path below base_url",
                    "where the token is fetched, e.g. /auth/signin");
        }
        method(auth, auth.method());
        if (kind == AuthKind.API_KEY
                && auth.header().isPresent()
                && auth.query().isPresent()) {
            error(auth, "query", "the key goes into a header or into the query, not both", "keep one");
        }
        if (kind == AuthKind.HMAC_QUERY && auth.sign().isEmpty()) {
            problems.add(
                    authAt().error("auth.hmac-query needs sign", "sign: { accessKey: $user, timestamp: $now_ms }"));
        }
        if (kind == AuthKind.LOGIN || kind == AuthKind.HMAC_QUERY) {
            auth.header()
                    .filter(header -> header.indexOf(':') < 1)
                    .ifPresent(header ->
                            error(auth, "header", "'" + header + "' has no name", "\"Authorization: Bearer {token}\""));
            auth.header().ifPresent(header -> template(auth, "header", header, with("token")));
        }
        auth.body().ifPresent(body -> programs.check(auth, "body", body, ALWAYS));
        programs.check(auth, "token", auth.token(), with("status", "headers"));
        auth.sign().forEach((name, text) -> programs.check(auth, "sign." + name, text, ALWAYS));
        for (ConnectorFile.Condition condition : auth.reloginOn()) {
            status(condition, "status", condition.status());
            condition.if_().ifPresent(text -> programs.check(condition, "if", text, with("status", "headers")));
            condition
                    .header()
                    .filter(text -> text.indexOf(':') < 1)
                    .ifPresent(text -> error(
                            condition,
                            "header",
                            "'" + text + "' is not a header with its value",
                            "\"x-csrf-token: required\""));
        }
    }

    private org.millrace.config.Position authAt() {
        return positions.ofKey(file, "auth");
    }

    private static boolean pathOk(String path, boolean wholeUrl) {
        return path.startsWith("/") || (wholeUrl && path.startsWith("https://"));
    }

    private void limits() {
        ConnectorFile.Limits limits = file.limits();
        if (limits.perMinute() < 0 || limits.perHour() < 0) {
            problems.add(positions
                    .ofKey(file, "limits")
                    .error("a limit below zero lets nothing through", "0 means no limit"));
        }
        if (limits.concurrency() < 1 || limits.concurrency() > 64) {
            error(limits, "concurrency", "concurrency is " + limits.concurrency(), "1 to 64");
        }
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
        Set<String> vars = with("status", "headers", "ref", "id", "page", "since");
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
        Set<String> vars = with("status", "headers", "page");
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

    private void answers() {
        for (String text : file.success().status()) {
            if (!text.matches("[1-5](xx|\\d\\d)")) {
                error(file.success(), "status", "'" + text + "' is not a status", "e.g. 200 or 2xx");
            }
        }
        Set<String> vars = with("status", "headers");
        file.success().unless().ifPresent(text -> programs.check(file.success(), "unless", text, vars));
        file.success().error().ifPresent(text -> programs.check(file.success(), "error", text, vars));
        for (ConnectorFile.When when : file.retry().when()) {
            programs.check(when, "if", when.if_(), vars);
            when.after().ifPresent(text -> programs.check(when, "after", text, vars));
        }
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
        Set<String> vars = new TreeSet<>(ALWAYS);
        vars.addAll(OperationKeys.variables(name, op));
        method(op, op.method());
        if (!op.path().startsWith("/")) {
            error(op, "path", "'" + op.path() + "' is not a path below base_url", "begin with /");
        }
        template(op, "path", op.path(), vars);
        headers(op, "headers", op.headers(), vars);
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

    private void headers(Record of, String key, Map<String, String> headers, Set<String> vars) {
        headers.forEach((name, text) -> template(of, key + "." + name, text, vars));
    }

    /** {@code {name}} of a path or header: known here, and a setting that is there. */
    private void template(Record of, String key, String text, Set<String> vars) {
        for (Template.Named named : Template.names(text)) {
            String[] parts = named.name().split("\\.", 2);
            boolean known = vars.contains(parts[0]);
            boolean setting = parts[0].equals("settings");
            if (!known || (setting && (parts.length < 2 || !file.settings().containsKey(parts[1])))) {
                problems.add(positions
                        .within(of, key, named.offset())
                        .error(
                                "{" + named.name() + "} " + (known ? "is not among settings" : "has no value here"),
                                "there are: "
                                        + String.join(
                                                ", ", known ? file.settings().keySet() : new TreeSet<>(vars))));
            }
        }
    }

    private void method(Record of, String method) {
        if (!METHODS.contains(method)) {
            error(of, "method", "'" + method + "' is not a method", DidYouMean.hint(method, new TreeSet<>(METHODS)));
        }
    }

    private void status(Record of, String key, int status) {
        if (status < 100 || status > 599) {
            error(of, key, "there is no status " + status, "e.g. 401");
        }
    }

    private static List<String> names(Enum<?>[] constants) {
        return java.util.Arrays.stream(constants).map(ConnectorFile::word).toList();
    }

    private static String words(AuthKind kind) {
        return ConnectorFile.word(kind).replace('_', '-');
    }

    static Set<String> with(String... more) {
        Set<String> all = new TreeSet<>(ALWAYS);
        all.addAll(List.of(more));
        return all;
    }

    private void error(Record of, String key, String message, String hint) {
        problems.add(positions.of(of, key).error(message, hint));
    }
}
