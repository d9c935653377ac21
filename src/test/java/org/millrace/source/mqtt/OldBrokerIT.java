package org.millrace.source.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.source.SourceMemory;

/** A broker from before MQTT 5 answers its CONNECT in the way of MQTT 3.1.1: this version is not for me. */
@Timeout(60)
class OldBrokerIT {
    private static final byte[] CONNACK = {0x20, 0x02, 0x00, 0x01};

    private static void answer(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                client.getInputStream().read(new byte[512]);
                client.getOutputStream().write(CONNACK);
                client.getOutputStream().flush();
                client.getInputStream().read(); // until the hub has gone
            } catch (IOException gone) {
                continue;
            }
        }
    }

    @Test
    void theVersionToWriteIsNamed() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answer(server));
            MqttSourceFile file = new MqttSourceFile(
                    "old",
                    "mqtt://127.0.0.1:" + server.getLocalPort(),
                    MqttSourceFile.Version.V5,
                    "hub",
                    Duration.ofDays(7),
                    100,
                    Duration.ofSeconds(30),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(new MqttSourceFile.Topic("a/#", "plain", 1, Map.of(), Optional.empty())));
            try (MqttSource source = new MqttSource(file, reference -> "", SourceMemory.none(), Clock.systemUTC())) {
                source.start((batch, done) -> done.accept(null));
                await().untilAsserted(() -> assertThat(source.status().detail()).contains("write version: \"3.1.1\""));
            }
        }
    }
}
