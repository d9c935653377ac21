package org.millrace.source.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttTopic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.config.Default;
import org.millrace.config.Doc;
import org.millrace.config.Kind;
import org.millrace.config.Secret;

@Kind("MqttSource")
@Doc("One MQTT 5 broker: one durable session, acknowledged only when journalled.")
public record MqttSourceFile(
        @Doc("Id that asset files name in from:.") String id,
        @Doc("mqtt://host:1883 or mqtts://host:8883") String broker,

        @Doc("Stable client id; the broker keeps the session under it.")
        String clientId,

        @Doc("How long the broker keeps the session while the hub is away.") @Default("7d")
        Duration session,

        @Doc("Unacknowledged messages the broker may send at once.") @Default("1000")
        int receiveMaximum,

        @Doc("Longest silence before the connection is tested.") @Default("30s")
        Duration keepAlive,

        @Doc("User name, when the broker asks for one.") Optional<String> user,

        @Doc("By reference: {{file-secret:name}} or {{env:NAME}}.")
        Optional<Secret> password,

        @Doc("What to subscribe to and how to read it.") List<Topic> topics) {

    public record Topic(
            @Doc("MQTT topic filter.") String filter,
            @Doc("Decoder: chirpstack or json.") String decode,

            @Doc("0, 1 or 2; 1 loses nothing.") @Default("1")
            int qos,

            @Doc("For decode: json. device/time/readings, each $topic[n] or a jq path such as .values.")
            Map<String, String> map) {}

    /** How messages of a topic are to be read: the first topic entry whose filter matches; empty when none does. */
    public Optional<Topic> reading(String topic) {
        MqttTopic name;
        try {
            name = MqttTopic.of(topic);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return topics.stream()
                .filter(entry -> TopicTable.filter(entry.filter()).matches(name))
                .findFirst();
    }
}
