package org.millrace.source.mqtt;

import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;
import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** HiveMQ with one user, and listeners for TLS, mutual TLS, and WebSocket, on 127.0.0.1. */
final class SecureBroker implements AutoCloseable {
    static final String USER = "hub";

    final int plain = freePort();
    final int tls = freePort();
    final int mutual = freePort();
    final int web = freePort();
    final int secureWeb = freePort();
    volatile String password = "first";
    private final EmbeddedHiveMQ broker;

    SecureBroker(Path folder, Path keyStore, Path trustStore) throws Exception {
        Path conf = Files.createDirectories(folder.resolve("conf"));
        Path data = Files.createDirectories(folder.resolve("data"));
        Path extensions = Files.createDirectories(folder.resolve("extensions"));
        Files.writeString(conf.resolve("config.xml"), config(keyStore, trustStore));
        broker = EmbeddedHiveMQ.builder()
                .withConfigurationFolder(conf)
                .withDataFolder(data)
                .withExtensionsFolder(extensions)
                .withEmbeddedExtension(EmbeddedExtension.builder()
                        .withId("users")
                        .withName("users")
                        .withVersion("1")
                        .withExtensionMain(new Users())
                        .build())
                .withoutLoggingBootstrap()
                .build();
        broker.start().get(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        broker.close();
    }

    private String config(Path keyStore, Path trustStore) {
        String keys = "<keystore><path>" + keyStore + "</path><password>changeit</password>"
                + "<private-key-password>changeit</private-key-password></keystore>";
        String trust = "<truststore><path>" + trustStore + "</path><password>changeit</password></truststore>"
                + "<client-authentication-mode>REQUIRED</client-authentication-mode>";
        return "<?xml version=\"1.0\"?><hivemq><listeners>"
                + "<tcp-listener><port>" + plain + "</port><bind-address>127.0.0.1</bind-address></tcp-listener>"
                + "<tls-tcp-listener><port>" + tls + "</port><bind-address>127.0.0.1</bind-address><tls>" + keys
                + "</tls></tls-tcp-listener>"
                + "<tls-tcp-listener><port>" + mutual + "</port><bind-address>127.0.0.1</bind-address><tls>" + keys
                + trust + "</tls></tls-tcp-listener>"
                + "<websocket-listener><port>" + web + "</port><bind-address>127.0.0.1</bind-address>"
                + "<path>/mqtt</path></websocket-listener>"
                + "<tls-websocket-listener><port>" + secureWeb + "</port><bind-address>127.0.0.1</bind-address>"
                + "<path>/mqtt</path><tls>" + keys + "</tls></tls-websocket-listener>"
                + "</listeners><persistence><mode>in-memory</mode></persistence>"
                + "<anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics></hivemq>";
    }

    private final class Users implements ExtensionMain {
        @Override
        public void extensionStart(ExtensionStartInput in, ExtensionStartOutput out) {
            Services.securityRegistry().setAuthenticatorProvider(provider -> new Authenticator());
        }

        @Override
        public void extensionStop(ExtensionStopInput in, ExtensionStopOutput out) {}
    }

    private final class Authenticator implements SimpleAuthenticator {
        @Override
        public void onConnect(SimpleAuthInput in, SimpleAuthOutput out) {
            boolean user =
                    in.getConnectPacket().getUserName().filter(USER::equals).isPresent();
            boolean pass = in.getConnectPacket()
                    .getPassword()
                    .map(bytes -> StandardCharsets.UTF_8.decode(bytes).toString())
                    .filter(password::equals)
                    .isPresent();
            if (user && pass) {
                out.authenticateSuccessfully();
            } else {
                out.failAuthentication();
            }
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
