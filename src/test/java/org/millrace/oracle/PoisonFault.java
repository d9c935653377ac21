package org.millrace.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.e2e.Homes;

/** F11, the rest of it: what looks like control information, numbers that are none, and the way back after a fix. */
class PoisonFault {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String LATE = "acme/oracle/stamped/line/late/level";

    @TempDir
    Path folder;

    @Test
    void f11ControlWordsAreDataNoNumbersAreLettersAndAFixedConfigurationTakesTheLetterBack() throws Exception {
        try (Rig rig = Rig.withSqlite(folder, 1, 1)) {
            Homes.write(rig.home(), "connectors-config/assets/late.yaml", """
                    kind: Asset
                    id: late
                    name: Late
                    path: acme/oracle/stamped/line/late
                    tags:
                      level: { from: field, device: late, field: level, unit: Cel }
                    """);
            rig.startHub();
            rig.plant().send(20);
            headers(rig);
            // numbers that are none: the first three are not JSON or too large for a number, the others not a number
            // here
            List<String> none = List.of("NaN", "-Infinity", "1e999", "\"NaN\"", "\"warm\"");
            for (int i = 0; i < none.size(); i++) {
                rig.plant()
                        .raw("late", json("{\"ts\":" + time(10 + i) + ",\"values\":{\"level\":" + none.get(i) + "}}"));
                rig.plant().send(5);
            }
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(total(rig, "rejected")).isEqualTo(none.size()));
            assertThat(rig.hub().last(LATE).path("value").asInt())
                    .as("a neighbour")
                    .isEqualTo(7);

            rig.plant().raw("late", json("{\"at\":" + time(30) + ",\"data\":{\"level\":42}}"));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(total(rig, "rejected")).isEqualTo(none.size() + 1));
            String id = letters(rig).path(0).path("id").asText();
            assertThat(replay(rig, id)).as("before the fix").contains("\"failed\"");
            Path field = rig.home().resolve("connectors-config/sources/field.yaml");
            Files.writeString(field, Files.readString(field).replace("topics:\n", """
                    topics:
                      - filter: "plant/oracle/late/telemetry"
                        decode: json
                        map: { device: late, time: .at, readings: .data }
                    """));
            assertThat(rig.hub().post("reload", "{\"user\":\"anna\"}").statusCode())
                    .isEqualTo(200);
            assertThat(replay(rig, id)).contains("\"replayed\"");
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(rig.hub().last(LATE).path("value").asInt())
                                    .isEqualTo(42));
            assertThat(rig.hub()
                            .post("dead-letters/" + id + "/replay", "{\"user\":\"anna\"}")
                            .statusCode())
                    .as("once only")
                    .isEqualTo(409);
            rig.awaitConnected(SOON);
            rig.plant().incident(0);
            rig.verify(none.size() + 1); // one field that no tag takes, and the letters that were not replayed
            assertThat(rig.hub().log()).doesNotContain("\tat com.fasterxml");
        }
    }

    /** User properties named as Camel's own headers, and control characters in a field's name: they steer nothing. */
    private static void headers(Rig rig) throws Exception {
        URI broker = URI.create(rig.environment().getOrDefault("PLANT_MQTT", ""));
        Mqtt5BlockingClient client = Mqtt5Client.builder()
                .identifier("hostile")
                .serverHost("127.0.0.1")
                .serverPort(broker.getPort())
                .buildBlocking();
        client.connect();
        client.publishWith()
                .topic("plant/oracle/late/telemetry")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(json("{\"ts\":" + time(1) + ",\"values\":{\"level\":7,\"le\\u0007vel\":8}}"))
                .userProperties()
                .add("CamelHttpUri", "http://169.254.169.254/")
                .add("CamelSqlQuery", "DROP TABLE tag_sample")
                .applyUserProperties()
                .send();
        client.disconnect();
        await().atMost(SOON)
                .ignoreExceptions()
                .untilAsserted(() ->
                        assertThat(rig.hub().last(LATE).path("value").asInt()).isEqualTo(7));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(total(rig, "filtered")).isEqualTo(1));
        assertThat(rig.hub().log().chars().filter(c -> c < 32 && c != '\n' && c != '\t' && c != '\r'))
                .as("nothing that steers a terminal is logged")
                .isEmpty();
    }

    private static String replay(Rig rig, String id) {
        HttpResponse<String> answer = rig.hub().post("dead-letters/" + id + "/replay", "{\"user\":\"anna\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static long total(Rig rig, String what) {
        return rig.hub().get("ledger").path("total").path(what).asLong();
    }

    private static JsonNode letters(Rig rig) {
        return rig.hub().get("dead-letters").path("items");
    }

    /** A source time in the past, in order. */
    private static long time(int second) {
        return (java.time.Instant.now().getEpochSecond() - 600 + second) * 1_000_000;
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
