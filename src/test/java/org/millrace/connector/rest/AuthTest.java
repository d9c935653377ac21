package org.millrace.connector.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.millrace.connector.Answer;
import org.millrace.connector.rest.Transport.Call;

/** How each kind of auth shows who asks, and what it does when it is refused. */
class AuthTest {
    private static final String REST = """
            order: { reference: .ref }
            operations:
              find: { path: /orders, items: .rows }
              create: { method: POST, path: /orders, body: '{ref: $ref}' }
              comment: { method: POST, path: "/orders/{id}/notes", body: '{text: .text}' }
            map:
              severity: { critical: 1, major: 2, minor: 3, info: 4 }
              state: { open: [NEW], in_progress: [], on_hold: [], done: [DONE], cancelled: [] }
            """;

    private final List<Call> calls = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-22T10:00:00Z");
    private String secret = "s3cret";

    private final InstantSource ticking = () -> now;
    private final Clock clock = ticking.withZone(ZoneOffset.UTC);

    private RestConnector connector(String auth, Function<Call, Transport.Reply> server) {
        String yaml = "kind: Connector\nid: x\nbase_url: https://cmms.example/api\nauth: " + auth + "\n" + REST;
        return RestConnector.of(
                Shipped.parse(yaml, Map.of()),
                reference -> secret,
                call -> {
                    calls.add(call);
                    return server.apply(call);
                },
                clock);
    }

    private static Transport.Answered json(int status, String body, Map<String, String> headers) {
        return new Transport.Answered(status, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private static Transport.Reply rows() {
        return json(200, "{\"rows\": []}", Map.of());
    }

    private String sent(int call, String header) {
        return calls.get(call).headers().getOrDefault(header, "");
    }

    @Test
    void basicSendsUserAndSecretAndTakesANewSecretAtOnce() {
        RestConnector connector =
                connector("{ kind: basic, user: hub, secret: \"{{file-secret:x}}\" }", call -> rows());
        connector.find("hub:a:1");
        secret = "rotated";
        connector.find("hub:a:1");

        assertThat(sent(0, "Authorization")).isEqualTo("Basic " + base64("hub:s3cret"));
        assertThat(sent(1, "Authorization")).isEqualTo("Basic " + base64("hub:rotated"));
    }

    @Test
    void aStandingCredentialThatIsRefusedIsNotTriedAgain() {
        RestConnector connector = connector(
                "{ kind: bearer, secret: \"{{file-secret:x}}\" }",
                call -> json(401, "{\"message\": \"token s3cret is unknown\"}", Map.of()));

        assertThat(connector.find("hub:a:1")).isEqualTo(new Answer.Unauthorized<>("HTTP 401: token *** is unknown"));
        assertThat(calls).hasSize(1);
        assertThat(sent(0, "Authorization")).isEqualTo("Bearer s3cret");
    }

    @Test
    void anApiKeyGoesIntoAHeaderOrTheQuery() {
        connector("{ kind: api-key, header: apikey, secret: \"{{file-secret:x}}\" }", call -> rows())
                .find("hub:a:1");
        secret = "a b&c";
        connector("{ kind: api-key, query: key, secret: \"{{file-secret:x}}\" }", call -> rows())
                .find("hub:a:1");

        assertThat(sent(0, "apikey")).isEqualTo("s3cret");
        assertThat(calls.get(1).uri()).hasToString("https://cmms.example/api/orders?key=a%20b%26c");
    }

    @Test
    void oauthFetchesATokenAndAnotherBeforeItExpires() {
        String auth = "{ kind: oauth2-client-credentials, path: /token, user: id, scope: \"a b\","
                + " secret: \"{{file-secret:x}}\" }";
        RestConnector connector = connector(
                auth,
                call -> call.uri().getPath().endsWith("/token")
                        ? json(200, "{\"access_token\": \"t" + calls.size() + "\", \"expires_in\": 3600}", Map.of())
                        : rows());
        connector.find("hub:a:1");
        connector.find("hub:a:1");
        now = now.plus(Duration.ofMinutes(59).plusSeconds(31)); // 29 s before its end
        connector.find("hub:a:1");

        assertThat(calls).hasSize(5);
        assertThat(new String(calls.get(0).body(), StandardCharsets.UTF_8))
                .isEqualTo("grant_type=client_credentials&scope=a%20b");
        assertThat(sent(0, "Authorization")).isEqualTo("Basic " + base64("id:s3cret"));
        assertThat(sent(2, "Authorization")).isEqualTo("Bearer t1");
        assertThat(sent(4, "Authorization")).isEqualTo("Bearer t4");
    }

    @Test
    void csrfFetchesATokenWithItsCookiesAndAgainWhenItIsRequired() {
        String auth = "{ kind: csrf, path: /service, user: hub, secret: \"{{file-secret:x}}\","
                + " relogin_on: [ { status: 403, header: \"x-csrf-token: required\" } ] }";
        RestConnector connector = connector(auth, call -> switch (calls.size()) {
            case 1, 3 ->
                json(200, "{}", Map.of("x-csrf-token", "tok" + calls.size(), "set-cookie", "A=1; Path=/\nB=2; Secure"));
            case 2 -> json(403, "", Map.of("x-csrf-token", "Required"));
            default -> json(201, "{}", Map.of());
        });

        assertThat(connector.comment("7", "hello")).isInstanceOf(Answer.Ok.class);
        assertThat(sent(0, "x-csrf-token")).isEqualTo("Fetch");
        assertThat(sent(1, "x-csrf-token")).isEqualTo("tok1");
        assertThat(sent(1, "Cookie")).isEqualTo("A=1; B=2");
        assertThat(sent(3, "x-csrf-token")).isEqualTo("tok3");
        assertThat(sent(3, "Authorization")).isEqualTo("Basic " + base64("hub:s3cret"));
    }

    @Test
    void signsTheWholeAddressWithoutItsScheme() throws Exception {
        String auth = "{ kind: hmac-query, user: access, secret: \"{{file-secret:x}}\","
                + " sign: { accessKey: $user, timestamp: $now_ms } }";
        connector(auth, call -> rows()).find("hub:a:1");

        String address = "cmms.example/api/orders?accessKey=access&timestamp=1795341600000";
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("s3cret".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        assertThat(calls.get(0).uri()).hasToString("https://" + address);
        assertThat(sent(0, "Authorization"))
                .isEqualTo(HexFormat.of().formatHex(mac.doFinal(address.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void aSessionIsALoginWhoseTokenIsComputed() {
        String auth = "{ kind: login, path: /, user: admin, secret: \"{{file-secret:x}}\","
                + " body: '{method: \"common.db.login\", params: [$user, {password: $secret}]}',"
                + " token: '\"\\($user):\\(.result[0]):\\(.result[1])\" | @base64',"
                + " header: \"Authorization: Session {token}\" }";
        connector(auth, call -> calls.size() == 1 ? json(200, "{\"result\": [1, \"abc\"]}", Map.of()) : rows())
                .find("hub:a:1");

        assertThat(sent(1, "Authorization")).isEqualTo("Session " + base64("admin:1:abc"));
    }

    @Test
    void aLoginThatIsRefusedIsUnauthorizedAndNothingElseIsSent() {
        String auth = "{ kind: login, path: /in, user: u, secret: \"{{file-secret:x}}\", body: '{p: $secret}' }";
        RestConnector refused = connector(auth, call -> json(403, "{\"message\": \"no s3cret\"}", Map.of()));
        assertThat(refused.find("hub:a:1")).isEqualTo(new Answer.Unauthorized<>("login: HTTP 403: no ***"));

        RestConnector empty = connector(auth, call -> json(200, "{\"token\": null}", Map.of()));
        assertThat(empty.find("hub:a:1")).isInstanceOf(Answer.Unauthorized.class);

        RestConnector away = connector(auth, call -> new Transport.NotSent("connection refused"));
        assertThat(away.create(ConnectorCase.draft(com.fasterxml.jackson.databind.node.MissingNode.getInstance())))
                .isEqualTo(new Answer.Retryable<>("login: connection refused"));
        assertThat(calls).hasSize(3);
    }

    @Test
    void anOldTokenIsReplacedAfterItsTimeToLive() {
        String auth =
                "{ kind: login, path: /in, user: u, secret: \"{{file-secret:x}}\", body: '{p: $secret}', ttl: 25m }";
        RestConnector connector = connector(
                auth,
                call -> call.uri().getPath().endsWith("/in") ? json(200, "{\"token\": \"t\"}", Map.of()) : rows());
        connector.find("hub:a:1");
        now = now.plus(Duration.ofMinutes(24));
        connector.find("hub:a:1");
        assertThat(calls).hasSize(3);
        now = now.plus(Duration.ofMinutes(1));
        connector.find("hub:a:1");
        assertThat(calls).hasSize(5);
    }

    @Test
    void aFileGoesUpAsAFormOfPartsWithAnHonestName() {
        String yaml = ("kind: Connector\nid: x\nbase_url: https://cmms.example/api\n" + REST)
                .replace(
                        "operations:\n",
                        "operations:\n  attach: { method: POST, path: \"/orders/{id}/files\", encode: multipart,"
                                + " file_field: upload, form: { note: '.name + \"!\"' } }\n");
        RestConnector connector = RestConnector.of(
                Shipped.parse(yaml, Map.of()),
                reference -> secret,
                call -> {
                    calls.add(call);
                    return json(200, "", Map.of());
                },
                clock);

        assertThat(connector.attach("7", "a\"b\r\n.png", "image/png", new byte[] {1, 2}))
                .isInstanceOf(Answer.Ok.class);
        String boundary = sent(0, "Content-Type").replace("multipart/form-data; boundary=", "");
        assertThat(new String(calls.get(0).body(), StandardCharsets.ISO_8859_1))
                .isEqualTo("--" + boundary + "\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n"
                        + "a\"b\r\n.png!\r\n--" + boundary
                        + "\r\nContent-Disposition: form-data; name=\"upload\"; filename=\"a_b__.png\"\r\n"
                        + "Content-Type: image/png\r\n\r\n\u0001\u0002\r\n--" + boundary + "--\r\n");
        assertThat(connector.attach("7", "holds.txt", "text/plain", boundary.getBytes(StandardCharsets.UTF_8)))
                .as("a file that holds the boundary is refused, not cut")
                .isInstanceOf(Answer.Permanent.class);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
