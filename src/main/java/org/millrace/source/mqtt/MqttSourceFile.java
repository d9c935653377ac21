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
import org.millrace.config.Word;

@Kind("MqttSource")
@Doc("One MQTT broker: one durable session, acknowledged only when journalled.")
public record MqttSourceFile(
        @Doc("Id that asset files name in from:.") String id,

        @Doc("mqtt://host:1883, mqtts://host:8883, ws://host/path or wss://host/path")
        String broker,

        @Doc("Version of the protocol. A broker that speaks both is better asked in 5.") @Default("5")
        Version version,

        @Doc("Stable client id; the broker keeps the session under it.")
        String clientId,

        @Doc("How long the broker keeps the session while the hub is away; under 3.1.1 the broker decides.")
        @Default("7d")
        Duration session,

        @Doc("Unacknowledged messages the broker may send at once; under 3.1.1 the hub takes no more.") @Default("1000")
        int receiveMaximum,

        @Doc("Longest silence before the connection is tested.") @Default("30s")
        Duration keepAlive,

        @Doc("User name, when the broker asks for one.") Optional<String> user,

        @Doc("By reference: {{file-secret:name}} or {{env:NAME}}.")
        Optional<Secret> password,

        @Doc("For mqtts and wss: whom to trust, and who the hub is.")
        Optional<Tls> tls,

        @Doc("What the broker publishes when the hub is lost.")
        Optional<Will> will,

        @Doc("Host id under which Sparkplug nodes see whether the hub is there (STATE).")
        Optional<String> sparkplugHost,

        @Doc("What to subscribe to and how to read it.") List<Topic> topics) {

    public enum Version {
        @Word("5")
        V5,
        @Word("3.1.1")
        V3_1_1
    }

    public record Tls(
            @Doc("Certificates to trust, PEM, by reference; default: those the Java runtime trusts.")
            Optional<Secret> ca,

            @Doc("The hub's certificate and its chain, PEM, by reference.")
            Optional<Secret> certificate,

            @Doc("Its private key, PKCS#8 PEM without a password, by reference.")
            Optional<Secret> key) {}

    public record Will(
            @Doc("Topic to publish on.") String topic,
            @Doc("Text to publish.") String payload,

            @Doc("0, 1 or 2.") @Default("1") int qos,

            @Doc("Whether the broker keeps it for later subscribers.") @Default("true")
            boolean retain) {}

    public record Topic(
            @Doc("MQTT topic filter.") String filter,

            @Doc(
                    "Decoder: bytes, chirpstack, csv, io-link, json, opcua-pubsub, plain, ruuvi, senml, shelly, siemens-ie, sparkplug, tasmota, theengs, thingpark, things-stack or zigbee2mqtt.")
            String decode,

            @Doc("0, 1 or 2; 1 loses nothing.") @Default("1")
            int qos,

            @Doc("For decode: json, csv, plain and bytes; see the page on sources.")
            Map<String, String> map,

            @Doc("JavaScript file that reads the bytes of devices to which no asset file gives a codec: beside this"
                    + " file or in connectors-config/codecs.")
            Optional<String> codec) {}

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
