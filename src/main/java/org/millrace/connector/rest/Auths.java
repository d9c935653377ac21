package org.millrace.connector.rest;

import com.fasterxml.jackson.databind.node.NullNode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.millrace.connector.Answer;
import org.millrace.connector.rest.Auth.Credential;
import org.millrace.connector.rest.Auth.Sign;
import org.millrace.connector.rest.Context.Sent;
import org.millrace.connector.rest.Jq.JqFailed;
import org.millrace.connector.rest.Judge.Understood;
import org.millrace.connector.rest.Transport.Answered;
import org.millrace.connector.rest.Transport.Call;
import org.millrace.connector.rest.Transport.Lost;
import org.millrace.connector.rest.Transport.NotSent;
import org.millrace.security.Secrets;

/** Makes the {@link Auth} a file asks for. */
final class Auths {
    private static final Duration EARLY = Duration.ofSeconds(30);
    private static final String LOGIN_HEADER = "Authorization: Bearer {token}";
    private static final String SIGNED_HEADER = "Authorization: {token}";
    private static final String CSRF = "x-csrf-token";

    private final Context context;
    private final ConnectorFile.Auth auth;
    private final Requests requests;

    private Auths(Context context, Requests requests) {
        this.context = context;
        this.auth = context.file().auth();
        this.requests = requests;
    }

    static Auth of(Context context, Requests requests) {
        return new Auths(context, requests).create();
    }

    private Auth create() {
        return switch (auth.kind()) {
            case NONE -> new StandingAuth(call -> call);
            case BASIC -> new StandingAuth(call -> with(call, "Authorization", basic()));
            case BEARER -> new StandingAuth(call -> with(call, "Authorization", "Bearer " + context.secret()));
            case API_KEY -> new StandingAuth(this::apiKey);
            case HMAC_QUERY -> signed();
            case LOGIN -> login();
            case OAUTH2_CLIENT_CREDENTIALS -> new FetchedAuth(this::oauth, context.clock());
            case CSRF -> new FetchedAuth(this::csrf, context.clock());
        };
    }

    private Call apiKey(Call call) {
        return auth.query()
                .map(name -> withQuery(call, Template.encode(name) + "=" + Template.encode(context.secret())))
                .orElseGet(() -> with(call, auth.header().orElse("x-api-key"), context.secret()));
    }

    /** The signature is over the whole address without its scheme, as Fiix's own client makes it. */
    private Auth signed() {
        Map<String, Jq> parameters = CompiledOperation.programs(auth.sign());
        return new StandingAuth(call -> {
            String query = Requests.query(parameters, context.vars(), NullNode.getInstance());
            Call asked = withQuery(call, query);
            String text = asked.uri().toString();
            return withHeader(
                    asked, auth.header().orElse(SIGNED_HEADER), hmac(text.substring(text.indexOf("://") + 3)));
        });
    }

    private Auth login() {
        Optional<Jq> body = auth.body().map(CompiledOperation::program);
        Jq token = CompiledOperation.program(auth.token());
        String header = auth.header().orElse(LOGIN_HEADER);
        return new FetchedAuth(
                generation -> {
                    Map<String, String> headers = new LinkedHashMap<>(Map.of("Accept", "application/json"));
                    byte[] sent = new byte[0];
                    try {
                        if (body.isPresent()) {
                            headers.put("Content-Type", "application/json");
                            sent = bytes(body.get()
                                    .one(context.vars(), NullNode.getInstance())
                                    .toString());
                        }
                    } catch (JqFailed | Secrets.UnavailableException e) {
                        return new Answer.Unauthorized<>("auth.body: " + e.getMessage());
                    }
                    Call call = new Call(auth.method(), requests.uri(auth.path(), ""), headers, sent);
                    return then(ask(call), answer -> {
                        String text = token.text(answer.vars(), answer.json());
                        return credential(
                                generation,
                                text,
                                c -> withHeader(c, header, text),
                                auth.ttl().map(ttl -> context.clock().instant().plus(ttl)));
                    });
                },
                context.clock());
    }

    /** RFC 6749 §4.4, the client's credentials in the header (§2.3.1). */
    private Answer<Credential> oauth(long generation) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", "application/json");
        headers.put("Content-Type", "application/x-www-form-urlencoded");
        try {
            headers.put("Authorization", basic());
        } catch (Secrets.UnavailableException e) {
            return new Answer.Unauthorized<>(String.valueOf(e.getMessage()));
        }
        String form = "grant_type=client_credentials"
                + auth.scope().map(scope -> "&scope=" + Template.encode(scope)).orElse("");
        return then(ask(new Call("POST", requests.uri(auth.path(), ""), headers, bytes(form))), answer -> {
            String token = answer.json().path("access_token").asText();
            long seconds = answer.json().path("expires_in").asLong(0);
            Optional<Instant> until = seconds <= 0
                    ? Optional.empty()
                    : Optional.of(context.clock()
                            .instant()
                            .plusSeconds(seconds)
                            .minus(EARLY.toSeconds() < seconds / 2 ? EARLY : Duration.ofSeconds(seconds / 2)));
            return credential(generation, token, c -> with(c, "Authorization", "Bearer " + token), until);
        });
    }

    /** SAP Gateway: a GET with x-csrf-token: Fetch brings a token that holds with the cookies of its answer. */
    private Answer<Credential> csrf(long generation) {
        Map<String, String> headers = new LinkedHashMap<>(Map.of("Accept", "application/json", CSRF, "Fetch"));
        try {
            headers.put("Authorization", basic());
        } catch (Secrets.UnavailableException e) {
            return new Answer.Unauthorized<>(String.valueOf(e.getMessage()));
        }
        return then(ask(new Call("GET", requests.uri(auth.path(), ""), headers, new byte[0])), answer -> {
            String token = answer.vars().text("headers." + CSRF).orElse("");
            String cookies = answer.vars()
                    .text("headers.set-cookie")
                    .orElse("")
                    .lines()
                    .map(line -> line.split(";", 2)[0].strip())
                    .collect(Collectors.joining("; "));
            context.redactor().conceal(cookies);
            Sign sign = call -> {
                Call asked = with(with(call, "Authorization", basic()), CSRF, token);
                return cookies.isEmpty() ? asked : with(asked, "Cookie", cookies);
            };
            return credential(generation, token, sign, Optional.empty());
        });
    }

    private Answer<Credential> credential(long generation, String token, Sign sign, Optional<Instant> until) {
        if (token.isEmpty()) {
            return new Answer.Unauthorized<>("the login brought no token (auth.token)");
        }
        context.redactor().conceal(token);
        return new Answer.Ok<>(new Credential(generation, sign, until));
    }

    /** What a login's answer means: it changes nothing, so whatever is unclear may be asked again. */
    private Answer<Understood> ask(Call call) {
        return switch (context.send(call)) {
            case Sent.Held held -> new Answer.Throttled<>(held.why(), held.needed());
            case Sent.Replied replied ->
                switch (replied.reply()) {
                    case NotSent failed -> new Answer.Retryable<>("login: " + failed.why());
                    case Lost failed -> new Answer.Retryable<>("login: " + failed.why());
                    case Answered answer ->
                        refusedIsUnauthorized(context.judge().judge(answer, true, context.vars()));
                };
        };
    }

    private static Answer<Understood> refusedIsUnauthorized(Answer<Understood> answer) {
        return answer instanceof Answer.Permanent<Understood> refused
                ? new Answer.Unauthorized<>("login: " + refused.why())
                : answer;
    }

    private static Answer<Credential> then(
            Answer<Understood> answer, java.util.function.Function<Understood, Answer<Credential>> next) {
        return answer instanceof Answer.Ok<Understood> ok ? next.apply(ok.value()) : Calls.failed(answer);
    }

    private String basic() {
        return "Basic " + Base64.getEncoder().encodeToString(bytes(auth.user() + ":" + context.secret()));
    }

    private String hmac(String message) throws JqFailed {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes(context.secret()), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(bytes(message)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new JqFailed("cannot sign: " + e.getClass().getSimpleName());
        }
    }

    /** @param header {@code "Name: value with {token}"} */
    private Call withHeader(Call call, String header, String token) throws JqFailed {
        int colon = header.indexOf(':');
        String value = Template.header(
                header.substring(colon + 1).strip(), context.vars().with("token", token));
        return with(call, header.substring(0, colon).strip(), value);
    }

    private static Call with(Call call, String name, String value) {
        Map<String, String> headers = new LinkedHashMap<>(call.headers());
        Requests.set(headers, name, value);
        return new Call(call.method(), call.uri(), headers, call.body());
    }

    private static Call withQuery(Call call, String query) {
        URI uri = URI.create(Requests.asking(call.uri().toString(), query));
        return new Call(call.method(), uri, call.headers(), call.body());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
