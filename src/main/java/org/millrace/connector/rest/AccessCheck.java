package org.millrace.connector.rest;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.millrace.config.DidYouMean;
import org.millrace.config.Positions;
import org.millrace.config.Problem;
import org.millrace.connector.rest.ConnectorFile.AuthKind;

/** What can be told offline of how a system is reached: address, login, limits, what its answers mean. */
final class AccessCheck {
    /** Variables every program may name. */
    static final Set<String> ALWAYS = Set.of("base", "user", "secret", "settings", "map", "now", "now_ms");

    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");

    private final SystemFile file;
    private final Record owner;
    private final Positions positions;
    private final List<Problem> problems;
    private final ProgramCheck programs;

    <T extends Record & SystemFile> AccessCheck(T file, Positions positions, List<Problem> problems) {
        this.file = file;
        this.owner = file;
        this.positions = positions;
        this.problems = problems;
        this.programs = new ProgramCheck(file, positions, problems);
    }

    void check() {
        id();
        baseUrl();
        connection();
        auth();
        limits();
        answers();
        headers(owner, "headers", file.headers(), ALWAYS);
    }

    private void id() {
        if (!file.id().matches("[a-z][a-z0-9-]*")) {
            error(owner, "id", "'" + file.id() + "' is not an id", "small letters, digits and hyphens, e.g. atlas");
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
            error(owner, "base_url", "'" + file.baseUrl() + "' is not a base URL", "e.g. https://cmms.example/api");
        } else if (uri.getRawUserInfo() != null) {
            error(
                    owner,
                    "base_url",
                    "a password must not stand in base_url",
                    "auth: { kind: basic, user: …, secret: … }");
        } else if (scheme.equals("http") && !loopback(uri.getHost())) {
            problems.add(positions
                    .of(owner, "base_url")
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
        return positions.ofKey(owner, "auth");
    }

    private static boolean pathOk(String path, boolean wholeUrl) {
        return path.startsWith("/") || (wholeUrl && path.startsWith("https://"));
    }

    private void limits() {
        ConnectorFile.Limits limits = file.limits();
        if (limits.perMinute() < 0 || limits.perHour() < 0) {
            problems.add(positions
                    .ofKey(owner, "limits")
                    .error("a limit below zero lets nothing through", "0 means no limit"));
        }
        if (limits.concurrency() < 1 || limits.concurrency() > 64) {
            error(limits, "concurrency", "concurrency is " + limits.concurrency(), "1 to 64");
        }
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

    void headers(Record of, String key, Map<String, String> headers, Set<String> vars) {
        headers.forEach((name, text) -> template(of, key + "." + name, text, vars));
    }

    /** {@code {name}} of a path or header: known here, and a setting that is there. */
    void template(Record of, String key, String text, Set<String> vars) {
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

    void method(Record of, String method) {
        if (!METHODS.contains(method)) {
            error(of, "method", "'" + method + "' is not a method", DidYouMean.hint(method, new TreeSet<>(METHODS)));
        }
    }

    private void status(Record of, String key, int status) {
        if (status < 100 || status > 599) {
            error(of, key, "there is no status " + status, "e.g. 401");
        }
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
