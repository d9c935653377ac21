package org.millrace.source.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.security.KnownCertificate;
import org.millrace.security.KnownCertificate.Place;
import org.millrace.signal.Quality;
import org.millrace.signal.Value;
import org.millrace.source.opcua.OpcUaSourceFile.Policy;

/** F16: certificates that expire while connected, are changed, and are revoked. */
class CertificateFault {
    private static final Duration RECOVERY = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private Sources sources;

    @BeforeEach
    void open() throws Exception {
        sources = new Sources(folder.resolve("pki"));
        sources.security = Optional.of(Sources.security(Policy.Basic256Sha256, Optional.empty()));
        sources.folders.create();
    }

    @AfterEach
    void close() throws Exception {
        sources.close();
    }

    /** A date does not stop a plant, but it lets nobody in anew; a renewed certificate waits for a person. */
    @Test
    void anExpiredCertificateKeepsItsSessionAndGetsNoNewOne() throws Exception {
        TestCertificates.Keyed ends = TestCertificates.server(
                Instant.now().minusSeconds(60), Instant.now().plusSeconds(15));
        trust(ends);
        ScriptedServer server = start(ends, 1.0);
        OpcUaSource source = sources.start("T");
        await().atMost(RECOVERY).until(() -> source.status().up());

        await().atMost(RECOVERY)
                .until(() ->
                        Instant.now().isAfter(ends.certificate().getNotAfter().toInstant()));
        server.set("T", 2.0);
        await().until(() -> sources.values("T").getLast().value().equals(Value.of(2.0)));
        assertThat(source.status().detail()).contains("the server's certificate has expired");

        server.close();
        ScriptedServer restarted = start(ends, 3.0);
        await().atMost(RECOVERY)
                .untilAsserted(() -> assertThat(source.status().detail())
                        .contains("the server's certificate has expired", "renew it at the server"));
        assertThat(sources.values("T").getLast().quality()).isEqualTo(Quality.BAD_NO_COMMUNICATION);

        restarted.close();
        TestCertificates.Keyed renewed = TestCertificates.SHARED;
        start(renewed, 4.0);
        await().atMost(RECOVERY)
                .untilAsserted(() -> assertThat(source.status().detail())
                        .contains("shows another certificate than the trusted one")
                        .contains("trusted is " + KnownCertificate.thumbprint(ends.certificate())));
        sources.folders.trust(KnownCertificate.thumbprint(renewed.certificate()));

        await().atMost(Duration.ofSeconds(10)).until(() -> source.status().up());
        await().until(() -> sources.values("T").getLast().value().equals(Value.of(4.0)));
    }

    /** The new certificate is trusted before the server changes it, as a planned rotation goes: nobody has to act. */
    @Test
    void aCertificateThatIsTrustedBeforehandIsRotatedWithoutHelp() throws Exception {
        TestCertificates.Keyed old = TestCertificates.SHARED;
        TestCertificates.Keyed next = TestCertificates.server();
        trust(old);
        ScriptedServer server = start(old, 1.0);
        OpcUaSource source = sources.start("T");
        await().atMost(RECOVERY).until(() -> source.status().up());
        trust(next);
        ApplicationCertificate own = ApplicationCertificate.renew(sources.folders);
        server.close();

        ScriptedServer rotated = start(next, 2.0);

        await().atMost(RECOVERY)
                .until(() -> !sources.values("T").isEmpty()
                        && sources.values("T").getLast().value().equals(Value.of(2.0)));
        assertThat(rotated.sessions().getFirst().getClientDescription().getApplicationUri())
                .isEqualTo(own.uri());
    }

    @Test
    void trustThatIsTakenAwayEndsTheConnection() throws Exception {
        TestCertificates.Keyed keyed = TestCertificates.SHARED;
        trust(keyed);
        start(keyed, 1.0);
        OpcUaSource source = sources.start("T");
        await().atMost(RECOVERY).until(() -> source.status().up());

        sources.folders.reject(KnownCertificate.thumbprint(keyed.certificate()));

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(source.status().detail()).contains("is not trusted yet"));
        assertThat(source.status().up()).isFalse();
    }

    /** OPC 10000-4 §6.1.3: with an authority there must be a revocation list, and who is on it stays outside. */
    @Test
    void aRevokedCertificateIsPutOutAndStaysOut() throws Exception {
        TestCertificates.Keyed authority = TestCertificates.authority();
        TestCertificates.Keyed issued = TestCertificates.issued(authority);
        Files.write(
                sources.folders.folder(Place.TRUSTED).resolve("authority.der"),
                authority.certificate().getEncoded());
        ScriptedServer.Setup setup = sources.setup().with("T", 1.0).secure(issued, SecurityPolicy.Basic256Sha256);
        setup.issuers = List.of(authority.certificate());
        sources.closing(new ScriptedServer(setup));
        OpcUaSource source = sources.start("T");
        await().atMost(RECOVERY)
                .untilAsserted(() -> assertThat(source.status().detail())
                        .contains("no revocation list tells", "CN=Plant authority"));

        Path list = sources.folders.revocations(Place.TRUSTED).resolve("authority.crl");
        Files.write(list, TestCertificates.revocations(authority).getEncoded());
        await().atMost(Duration.ofSeconds(10)).until(() -> source.status().up());

        Files.write(
                list,
                TestCertificates.revocations(authority, issued.certificate()).getEncoded());
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(source.status().detail()).contains("is revoked"));
        assertThat(source.status().up()).isFalse();
    }

    private ScriptedServer start(TestCertificates.Keyed keyed, double value) throws Exception {
        ScriptedServer server =
                new ScriptedServer(sources.setup().with("T", value).secure(keyed, SecurityPolicy.Basic256Sha256));
        sources.closing(server);
        return server;
    }

    private void trust(TestCertificates.Keyed keyed) throws Exception {
        Files.write(
                sources.folders
                        .folder(Place.TRUSTED)
                        .resolve(KnownCertificate.thumbprint(keyed.certificate()) + ".der"),
                keyed.certificate().getEncoded());
    }
}
