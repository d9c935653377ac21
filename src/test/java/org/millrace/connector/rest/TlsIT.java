package org.millrace.connector.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.eclipse.milo.opcua.stack.core.util.SelfSignedCertificateBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.connector.Answer;
import org.millrace.connector.OrderClient.RemoteOrder;

/** A company's own authority: its certificate is trusted when the file says so, and not otherwise. */
class TlsIT {
    @TempDir
    Path home;

    private HttpsServer server;

    @BeforeEach
    void start() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        X509Certificate certificate = new SelfSignedCertificateBuilder(pair)
                .setCommonName("cmms")
                .setApplicationUri("urn:cmms")
                .addIpAddress("127.0.0.1")
                .build();
        Files.writeString(
                home.resolve("plant-ca.pem"),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("cmms", pair.getPrivate(), new char[0], new Certificate[] {certificate});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 16);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/orders", exchange -> {
            try (exchange) {
                byte[] body = "{\"rows\": []}".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Answer<List<RemoteOrder>> find(String more) throws Exception {
        ConnectorFile file =
                Shipped.least("https://127.0.0.1:" + server.getAddress().getPort(), more);
        return RestConnector.of(file, reference -> "", JdkTransport.client(file.connection(), home), Clock.systemUTC())
                .find("hub:a:1");
    }

    @Test
    void whatTheFileTrustsIsTalkedTo() throws Exception {
        assertThat(find("connection: { trust: plant-ca.pem }")).isEqualTo(new Answer.Ok<>(List.of()));
    }

    @Test
    void whatNobodyTrustsGetsNoRequest() throws Exception {
        assertThat(find(""))
                .isInstanceOfSatisfying(
                        Answer.Retryable.class,
                        failed -> assertThat(failed.why()).contains("TLS handshake failed"));
    }
}
