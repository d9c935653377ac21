package org.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.security.CertificateFolders;
import org.millrace.security.KnownCertificate;
import org.millrace.security.KnownCertificate.Place;
import org.millrace.source.opcua.ApplicationCertificate;

/** Certificates as a person handles them at a terminal. */
class CertificatesCommandIT {
    @TempDir
    Path data;

    @TempDir
    Path elsewhere;

    private CertificateFolders folders;
    private X509Certificate server;
    private String thumbprint;

    @BeforeEach
    void aServerWasRefused() throws Exception {
        folders = CertificateFolders.opcUa(data);
        server = ApplicationCertificate.of(new CertificateFolders(elsewhere)).certificate();
        thumbprint = KnownCertificate.thumbprint(server);
        folders.keepRejected(server);
    }

    @Test
    void whatWasRefusedIsListedTrustedAndRejectedAgain() throws Exception {
        Cli listed = cli("list", "--json");
        JsonNode all = JsonMapper.builder().build().readTree(listed.out()).path("certificates");
        assertThat(all).hasSize(2);
        assertThat(all.get(0).path("place").asText()).isEqualTo("own");
        assertThat(all.get(1).path("place").asText()).isEqualTo("rejected");
        assertThat(all.get(1).path("thumbprint").asText()).isEqualTo(thumbprint);
        assertThat(cli("list").out())
                .contains("PLACE", thumbprint, server.getSubjectX500Principal().getName());

        Cli trusted = cli("trust", colons(thumbprint.substring(0, 16).toLowerCase()));
        assertThat(trusted.exit()).isZero();
        assertThat(trusted.out()).startsWith("trusted: " + thumbprint);
        assertThat(folders.certificates(Place.TRUSTED)).containsExactly(server);
        assertThat(folders.certificates(Place.REJECTED)).isEmpty();
        assertThat(cli("trust", thumbprint).exit()).as("twice does no harm").isZero();

        assertThat(cli("reject", thumbprint).exit()).isZero();
        assertThat(folders.certificates(Place.TRUSTED)).isEmpty();
        assertThat(folders.certificates(Place.REJECTED)).containsExactly(server);

        assertThat(cli("trust", "--issuer", thumbprint).out()).startsWith("issuer: ");
        assertThat(folders.certificates(Place.ISSUER)).containsExactly(server);
    }

    @Test
    void whatIsNotThereOrTooShortIsSaid() {
        Cli unknown = cli("trust", "ABCDEF12");
        assertThat(unknown.exit()).isEqualTo(1);
        assertThat(unknown.err()).contains("no certificate with thumbprint ABCDEF12", "hub certificates list");
        assertThat(cli("trust", "AB").err()).contains("at least its first 6 hex digits");
        assertThat(cli("trust", "../../etc").exit()).isEqualTo(1);
    }

    @Test
    void renewMakesANewOneAndSaysWhereItIs() throws Exception {
        X509Certificate before = ApplicationCertificate.of(folders).certificate();

        Cli renewed = cli("renew");

        X509Certificate after = ApplicationCertificate.of(folders).certificate();
        assertThat(after).isNotEqualTo(before);
        assertThat(renewed.out()).contains(KnownCertificate.thumbprint(after), "application.der");
        assertThat(Files.readAllBytes(folders.folder(Place.OWN).resolve("application.der")))
                .isEqualTo(after.getEncoded());
    }

    private Cli cli(String... args) {
        String[] line = new String[args.length + 3];
        line[0] = "certificates";
        System.arraycopy(args, 0, line, 1, args.length);
        line[args.length + 1] = "--data";
        line[args.length + 2] = data.toString();
        return Cli.hub(line);
    }

    private static String colons(String hex) {
        return hex.replaceAll("(..)(?!$)", "$1:");
    }
}
