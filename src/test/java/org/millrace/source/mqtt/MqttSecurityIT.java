package org.millrace.source.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.config.Secret;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.SourceBatch.Payloads;
import org.millrace.source.SourceMemory;

/** Who may talk to whom, against a broker with a user, TLS, mutual TLS and WebSocket. */
@Timeout(180)
class MqttSecurityIT {
    @TempDir
    static Path folder;

    private static final TestCertificates OURS = new TestCertificates("CN=Plant CA");
    private static final TestCertificates FOREIGN = new TestCertificates("CN=Other CA");
    private static final TestCertificates.Identity HUB = OURS.issue("CN=hub");
    private static final AtomicInteger NEXT = new AtomicInteger();
    private static SecureBroker broker;

    private final String name = "sec-" + NEXT.incrementAndGet();
    private final Map<String, String> secrets = new ConcurrentHashMap<>(Map.of(
            "{{file-secret:pw}}", "first",
            "{{file-secret:ca}}", OURS.authorityPem(),
            "{{file-secret:other-ca}}", FOREIGN.authorityPem(),
            "{{file-secret:crt}}", HUB.certificatePem(),
            "{{file-secret:key}}", HUB.keyPem()));
    private final ConcurrentLinkedQueue<Payload> received = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void startBroker() throws Exception {
        broker = new SecureBroker(
                folder.resolve("broker"),
                OURS.keyStore(folder.resolve("broker.p12"), OURS.issue("CN=broker")),
                OURS.trustStore(folder.resolve("trust.p12")));
    }

    @AfterAll
    static void stopBroker() throws Exception {
        broker.close();
    }

    private static Optional<Secret> secret(String name) {
        return Optional.of(new Secret("{{file-secret:" + name + "}}"));
    }

    MqttSourceFile.Version version() {
        return MqttSourceFile.Version.V5;
    }

    private MqttSource source(String uri, Optional<MqttSourceFile.Tls> tls, Optional<MqttSourceFile.Will> will) {
        MqttSourceFile file = new MqttSourceFile(
                "secure",
                uri,
                version(),
                name,
                Duration.ofMinutes(5),
                100,
                Duration.ofSeconds(30),
                Optional.of(SecureBroker.USER),
                secret("pw"),
                tls,
                will,
                Optional.empty(),
                List.of(new MqttSourceFile.Topic(name + "/#", "plain", 1, Map.of(), Optional.empty())));
        MqttSource source = new MqttSource(file, secrets::get, SourceMemory.none(), Clock.systemUTC());
        source.start((batch, done) -> {
            received.addAll(((Payloads) batch).payloads());
            done.accept(null);
        });
        return source;
    }

    private void publish(String topic, String text, boolean retained) throws Exception {
        Mqtt5AsyncClient client = client();
        client.publishWith()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(retained)
                .payload(text.getBytes(StandardCharsets.UTF_8))
                .send()
                .get(20, TimeUnit.SECONDS);
        client.disconnect().get(20, TimeUnit.SECONDS);
    }

    private static Mqtt5AsyncClient client() throws Exception {
        Mqtt5AsyncClient client = Mqtt5Client.builder()
                .serverHost("127.0.0.1")
                .serverPort(broker.plain)
                .simpleAuth()
                .username(SecureBroker.USER)
                .password(broker.password.getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .buildAsync();
        client.connect().get(20, TimeUnit.SECONDS);
        return client;
    }

    private void works(MqttSource source) throws Exception {
        await().until(() -> source.status().up());
        publish(name + "/t", "21.5", false);
        await().until(() -> received.stream().anyMatch(p -> p.topic().equals(name + "/t") && !p.retained()));
    }

    private static void staysDown(MqttSource source, String... why) {
        await().untilAsserted(() ->
                assertThat(source.status().detail()).contains("down since").containsAnyOf(why));
        assertThat(source.status().up()).isFalse();
    }

    @Test
    void aBrokerOfATrustedAuthorityIsSpokenToByTls() throws Exception {
        var tls = new MqttSourceFile.Tls(secret("ca"), Optional.empty(), Optional.empty());
        try (MqttSource source = source("mqtts://127.0.0.1:" + broker.tls, Optional.of(tls), Optional.empty())) {
            works(source);
        }
    }

    @Test
    void aBrokerOfAnAuthorityThatIsNotTrustedIsRefused() {
        var tls = new MqttSourceFile.Tls(secret("other-ca"), Optional.empty(), Optional.empty());
        try (MqttSource source = source("mqtts://127.0.0.1:" + broker.tls, Optional.of(tls), Optional.empty())) {
            staysDown(source, "PKIX", "certificat");
        }
    }

    @Test
    void aBrokerUnderANameThatIsNotInItsCertificateIsRefused() {
        var tls = new MqttSourceFile.Tls(secret("ca"), Optional.empty(), Optional.empty());
        try (MqttSource source = source("mqtts://localhost:" + broker.tls, Optional.of(tls), Optional.empty())) {
            staysDown(source, "localhost");
        }
    }

    @Test
    void theHubShowsItsCertificateWhereTheBrokerAsksForIt() throws Exception {
        var without = new MqttSourceFile.Tls(secret("ca"), Optional.empty(), Optional.empty());
        try (MqttSource source = source("mqtts://127.0.0.1:" + broker.mutual, Optional.of(without), Optional.empty())) {
            staysDown(source, "down since");
        }
        var with = new MqttSourceFile.Tls(secret("ca"), secret("crt"), secret("key"));
        try (MqttSource source = source("mqtts://127.0.0.1:" + broker.mutual, Optional.of(with), Optional.empty())) {
            works(source);
        }
    }

    @Test
    void aKeyThatIsNoneIsNamedAndNotQuoted() {
        secrets.put("{{file-secret:key}}", "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----");
        var tls = new MqttSourceFile.Tls(secret("ca"), secret("crt"), secret("key"));
        try (MqttSource source = source("mqtts://127.0.0.1:" + broker.mutual, Optional.of(tls), Optional.empty())) {
            staysDown(source, "tls.key");
            assertThat(source.status().detail()).contains("openssl pkcs8").doesNotContain("c2VjcmV0");
        }
    }

    @Test
    void aWrongPasswordIsToldAndARotatedOneTakenUpWithoutARestart() throws Exception {
        secrets.put("{{file-secret:pw}}", "wrong");
        try (MqttSource source = source("mqtt://127.0.0.1:" + broker.plain, Optional.empty(), Optional.empty())) {
            staysDown(source, "the broker refuses the login (NOT_AUTHORIZED): check user and password");
            assertThat(source.status().detail()).doesNotContain("wrong");
            secrets.put("{{file-secret:pw}}", "first");
            works(source);
        }
    }

    @Test
    void aWebSocketIsAWayToo() throws Exception {
        try (MqttSource source = source("ws://127.0.0.1:" + broker.web + "/mqtt", Optional.empty(), Optional.empty())) {
            works(source);
        }
    }

    @Test
    void aWebSocketInTlsIsAWayTooAndItsCertificateIsChecked() throws Exception {
        String uri = "wss://127.0.0.1:" + broker.secureWeb + "/mqtt";
        var foreign = new MqttSourceFile.Tls(secret("other-ca"), Optional.empty(), Optional.empty());
        try (MqttSource source = source(uri, Optional.of(foreign), Optional.empty())) {
            staysDown(source, "PKIX", "certificat");
        }
        var tls = new MqttSourceFile.Tls(secret("ca"), Optional.empty(), Optional.empty());
        try (MqttSource source = source(uri, Optional.of(tls), Optional.empty())) {
            works(source);
        }
    }

    @Test
    void aWebSocketPathThatIsNotThereIsTold() {
        try (MqttSource source =
                source("ws://127.0.0.1:" + broker.web + "/other", Optional.empty(), Optional.empty())) {
            staysDown(source, "404", "handshake");
        }
    }

    @Test
    void aRetainedMessageIsMarkedAsSuch() throws Exception {
        publish(name + "/kept", "7", true);
        try (MqttSource source = source("mqtt://127.0.0.1:" + broker.plain, Optional.empty(), Optional.empty())) {
            await().until(() -> received.stream().anyMatch(Payload::retained));
            works(source);
        }
        assertThat(received)
                .filteredOn(p -> p.topic().equals(name + "/kept"))
                .isNotEmpty()
                .allMatch(Payload::retained);
    }

    @Test
    void theWillIsPublishedWhenTheHubIsLostAndNotWhenItLeaves() throws Exception {
        ConcurrentLinkedQueue<String> wills = new ConcurrentLinkedQueue<>();
        Mqtt5AsyncClient watcher = client();
        String topic = "wills/" + name;
        watcher.subscribeWith()
                .topicFilter(topic)
                .callback(p -> wills.add(new String(p.getPayloadAsBytes(), StandardCharsets.UTF_8)))
                .send()
                .get(20, TimeUnit.SECONDS);
        var will = new MqttSourceFile.Will(topic, "hub lost", 1, false);
        try (MqttSource source = source("mqtt://127.0.0.1:" + broker.plain, Optional.empty(), Optional.of(will))) {
            works(source);
        }
        try (MqttSource first = source("mqtt://127.0.0.1:" + broker.plain, Optional.empty(), Optional.of(will))) {
            await().until(() -> first.status().up());
            assertThat(wills).as("the one before left in order").isEmpty();
            try (MqttSource usurper = source("mqtt://127.0.0.1:" + broker.plain, Optional.empty(), Optional.empty())) {
                await().untilAsserted(() -> assertThat(wills).contains("hub lost"));
                assertThat(usurper.id()).isEqualTo("secure");
            }
        }
        watcher.disconnect().get(20, TimeUnit.SECONDS);
    }
}
