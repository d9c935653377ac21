package org.millrace.source.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.milo.opcua.sdk.server.Session;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millrace.config.Secret;
import org.millrace.security.CertificateFolders;
import org.millrace.security.KnownCertificate;
import org.millrace.security.KnownCertificate.Place;
import org.millrace.signal.Value;
import org.millrace.source.opcua.OpcUaSourceFile.Mode;
import org.millrace.source.opcua.OpcUaSourceFile.Policy;

/** Against a real server that insists on security. */
class OpcUaSecurityIT {
    private static final Duration TRUSTED_WITHIN = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private Sources sources;
    private TestCertificates.Keyed server;

    @BeforeEach
    void open() throws Exception {
        sources = new Sources(folder.resolve("pki"));
        server = TestCertificates.SHARED;
        sources.security = Optional.of(Sources.security(Policy.Basic256Sha256, Optional.empty()));
    }

    @AfterEach
    void close() throws Exception {
        sources.close();
    }

    @Test
    void anUnknownServerIsShownAndConnectsSoonAfterItIsTrusted() throws Exception {
        start(server, SecurityPolicy.Basic256Sha256);
        OpcUaSource source = sources.start("T");
        String thumbprint = KnownCertificate.thumbprint(server.certificate());
        await().untilAsserted(() -> assertThat(source.status().detail())
                .contains("is not trusted yet", "CN=Test server", "hub certificates trust " + thumbprint)
                .contains("valid " + Instant.now().toString().substring(0, 4)));
        assertThat(source.status().up()).isFalse();
        assertThat(sources.folders.list(Place.REJECTED))
                .singleElement()
                .satisfies(known -> assertThat(known.certificate()).isEqualTo(server.certificate()));

        assertThat(sources.folders.trust(thumbprint.substring(0, 12).toLowerCase()))
                .isInstanceOf(CertificateFolders.Moved.Done.class);

        await().atMost(TRUSTED_WITHIN).until(() -> source.status().up());
        await().until(() -> sources.values("T").stream().anyMatch(r -> r.value().equals(Value.of(20.5))));
        assertThat(sources.folders.list(Place.REJECTED)).isEmpty();
    }

    @Test
    void theHubMakesItsOwnCertificateOnceAndKeepsItsKeyToItself() throws Exception {
        Files.delete(sources.folders.folder(Place.OWN).resolve("application.p12"));
        ApplicationCertificate own = ApplicationCertificate.of(sources.folders);
        ApplicationCertificate again = ApplicationCertificate.of(sources.folders);
        Path store = sources.folders.folder(Place.OWN).resolve("application.p12");

        assertThat(again.certificate()).isEqualTo(own.certificate());
        assertThat(own.uri()).startsWith("urn:").endsWith(":millrace:hub");
        assertThat(KnownCertificate.applicationUri(own.certificate())).contains(own.uri());
        assertThat(KnownCertificate.hosts(own.certificate())).isNotEmpty();
        assertThat(own.certificate().getNotAfter().toInstant())
                .isAfter(Instant.now().plus(Duration.ofDays(2 * 365 + 1)));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store.getParent())))
                .isEqualTo("rwx------");

        ApplicationCertificate renewed = ApplicationCertificate.renew(sources.folders);
        assertThat(renewed.certificate()).isNotEqualTo(own.certificate());
        assertThat(ApplicationCertificate.of(sources.folders).certificate()).isEqualTo(renewed.certificate());
        assertThat(sources.folders.certificates(Place.OWN)).containsExactly(renewed.certificate());
    }

    @ParameterizedTest
    @CsvSource({
        "Basic256Sha256, Sign",
        "Basic256Sha256, SignAndEncrypt",
        "Aes128_Sha256_RsaOaep, SignAndEncrypt",
        "Aes256_Sha256_RsaPss, SignAndEncrypt",
    })
    void everyPolicyIsUsedAsConfigured(Policy policy, Mode mode) throws Exception {
        ScriptedServer running = start(
                server,
                SecurityPolicy.Basic256Sha256,
                SecurityPolicy.Aes128_Sha256_RsaOaep,
                SecurityPolicy.Aes256_Sha256_RsaPss);
        trust();
        sources.security = Optional.of(Sources.security(policy, Optional.of(mode)));

        OpcUaSource source = sources.start("T");

        await().untilAsserted(() -> assertThat(source.status().up())
                .as("%s", source.status().detail())
                .isTrue());
        Session session = running.sessions().getFirst();
        assertThat(session.getEndpoint().getSecurityPolicyUri()).endsWith("#" + policy);
        assertThat(session.getEndpoint().getSecurityMode().name()).isEqualTo(mode.name());
        assertThat(session.getClientDescription().getApplicationUri())
                .isEqualTo(ApplicationCertificate.of(sources.folders).uri());
    }

    @Test
    void aPolicyTheServerDoesNotOfferIsNamedWithThoseItDoes() throws Exception {
        start(server, SecurityPolicy.Basic256Sha256);
        trust();
        sources.security = Optional.of(Sources.security(Policy.Aes256_Sha256_RsaPss, Optional.empty()));

        OpcUaSource source = sources.start("T");

        await().untilAsserted(() -> assertThat(source.status().detail())
                .contains("no endpoint with policy Aes256_Sha256_RsaPss and mode SignAndEncrypt")
                .contains("Basic256Sha256/Sign"));
    }

    @Test
    void usersLogInWithAPasswordAndAWrongOneIsSaid() throws Exception {
        ScriptedServer.Setup setup = sources.setup().with("T", 1.0).secure(server, SecurityPolicy.Basic256Sha256);
        setup.anonymous = false;
        sources.closing(new ScriptedServer(setup));
        trust();
        sources.security = Optional.of(Sources.user(Policy.Basic256Sha256, ScriptedServer.USER));
        sources.secret = "wrong";

        OpcUaSource source = sources.start("T");
        await().untilAsserted(() -> assertThat(source.status().detail())
                .contains("does not accept user 'hub' with this password")
                .doesNotContain("wrong"));

        sources.secret = ScriptedServer.PASSWORD; // a secret is read anew at each try
        await().until(() -> source.status().up());
    }

    @Test
    void usersLogInWithACertificate() throws Exception {
        TestCertificates.Keyed user = TestCertificates.user();
        ScriptedServer.Setup setup = sources.setup().with("T", 1.0).secure(server, SecurityPolicy.Basic256Sha256);
        setup.anonymous = false;
        setup.userCertificate = user.certificate();
        sources.closing(new ScriptedServer(setup));
        trust();
        sources.security = Optional.of(new OpcUaSourceFile.Security(
                Policy.Basic256Sha256,
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Secret("{{file-secret:operator}}")),
                Optional.empty()));
        sources.secret = user.pem();

        OpcUaSource source = sources.start("T");

        await().until(() -> source.status().up());
    }

    /** Also without security of its own a server may ask for the password encrypted: for whom must be trusted. */
    @Test
    void aPasswordIsNotEncryptedForAServerNobodyKnows() throws Exception {
        ScriptedServer.Setup setup = sources.setup().with("T", 1.0).secure(server, SecurityPolicy.None);
        setup.anonymous = false;
        setup.encryptPasswords = true;
        sources.closing(new ScriptedServer(setup));
        sources.security = Optional.of(Sources.user(Policy.None, ScriptedServer.USER));
        sources.secret = ScriptedServer.PASSWORD;

        OpcUaSource source = sources.start("T");
        await().untilAsserted(() -> assertThat(source.status().detail()).contains("is not trusted yet"));
        trust();

        await().atMost(TRUSTED_WITHIN).until(() -> source.status().up());
    }

    @Test
    void aCertificateForAnotherHostIsRefusedUnlessThatHostIsNamed() throws Exception {
        server = TestCertificates.serverFor("press.plant.example");
        start(server, SecurityPolicy.Basic256Sha256);
        trust();

        OpcUaSource source = sources.start("T");
        await().untilAsserted(() -> assertThat(source.status().detail())
                .contains("is for press.plant.example, not for 127.0.0.1")
                .contains("server_host"));
        source.close();

        sources.security = Optional.of(new OpcUaSourceFile.Security(
                Policy.Basic256Sha256,
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of("press.plant.example")));
        OpcUaSource named = sources.start("T");
        await().until(() -> named.status().up());
    }

    @Test
    void aCertificateThatEndsSoonIsSaidWhileConnected() throws Exception {
        server = TestCertificates.server(
                Instant.now().minusSeconds(60),
                Instant.now().plus(Duration.ofDays(20).plusHours(1)));
        start(server, SecurityPolicy.Basic256Sha256);
        trust();

        OpcUaSource source = sources.start("T");

        await().until(() -> source.status().up());
        assertThat(source.status().detail())
                .contains("the server's certificate expires on ", "in 20 days")
                .doesNotContain("the hub's own");
        assertThat(source.certificatesEnd()).containsOnlyKeys("hub", "server");
    }

    private ScriptedServer start(TestCertificates.Keyed keyed, SecurityPolicy... policies) throws Exception {
        return sources.closing(
                new ScriptedServer(sources.setup().with("T", 20.5).secure(keyed, policies)));
    }

    private void trust() throws Exception {
        sources.folders.create();
        Files.write(
                sources.folders.folder(Place.TRUSTED).resolve("server.der"),
                server.certificate().getEncoded());
    }
}
