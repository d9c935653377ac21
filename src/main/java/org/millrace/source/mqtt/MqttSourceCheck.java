package org.millrace.source.mqtt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.millrace.config.DidYouMean;
import org.millrace.config.Positions;
import org.millrace.config.Problem;
import org.millrace.source.decode.Conversation;
import org.millrace.source.decode.Decoders;

/** What can be told of an MQTT source without its broker. */
public final class MqttSourceCheck {
    private static final int MAX_UINT16 = 65_535;

    /** Twice what mosquitto, EMQX and HiveMQ have under way to one client by default. */
    private static final int USUAL_IN_FLIGHT = 100;

    private final MqttSourceFile file;
    private final Set<String> formats;
    private final Positions positions;
    private final List<Problem> problems = new ArrayList<>();

    private MqttSourceCheck(MqttSourceFile file, Set<String> formats, Positions positions) {
        this.file = file;
        this.formats = formats;
        this.positions = positions;
    }

    /** @param formats names of the decoders there are */
    public static List<Problem> problems(MqttSourceFile file, Set<String> formats, Positions positions) {
        MqttSourceCheck check = new MqttSourceCheck(file, formats, positions);
        check.connection();
        file.topics().forEach(check::topic);
        return check.problems;
    }

    private void connection() {
        try {
            BrokerAddress.parse(file.broker());
        } catch (IllegalArgumentException e) {
            error(
                    file,
                    "broker",
                    "'" + file.broker() + "' is not the address of a broker",
                    "write " + BrokerAddress.FORMS + "; user and password have keys of their own");
        }
        tls();
        will();
        version();
        if (file.clientId().isBlank()) {
            error(file, "client_id", "client_id is empty", "the broker keeps the session under it: any fixed name");
        }
        if (file.receiveMaximum() < 1 || file.receiveMaximum() > MAX_UINT16) {
            error(file, "receive_maximum", "receive_maximum is " + file.receiveMaximum(), "1 to " + MAX_UINT16);
        }
        if (file.topics().isEmpty()) {
            error(file, "topics", "there is nothing to subscribe to", "name at least one filter");
        }
    }

    private void version() {
        if (file.version() != MqttSourceFile.Version.V3_1_1) {
            return;
        }
        if (file.user().isEmpty() && file.password().isPresent()) {
            error(file, "password", "MQTT 3.1.1 sends no password without a user", "write user as well");
        }
        if (file.receiveMaximum() >= 1 && file.receiveMaximum() < USUAL_IN_FLIGHT) {
            problems.add(positions
                    .of(file, "receive_maximum")
                    .warning(
                            "receive_maximum is " + file.receiveMaximum()
                                    + ", and MQTT 3.1.1 cannot tell the broker so",
                            "brokers send up to " + USUAL_IN_FLIGHT + " at once; more than receive_maximum is read only"
                                    + " after a new connection"));
        }
    }

    private void tls() {
        file.tls().ifPresent(tls -> {
            if (!file.broker().startsWith("mqtts:") && !file.broker().startsWith("wss:")) {
                error(tls, "ca", "tls has no effect with " + file.broker(), "write mqtts:// or wss://");
            }
            if (tls.certificate().isPresent() != tls.key().isPresent()) {
                error(tls, "certificate", "certificate and key belong together", "give both, or neither");
            }
        });
        boolean plain = file.broker().startsWith("mqtt:") || file.broker().startsWith("ws:");
        if (plain && file.password().isPresent() && !file.broker().matches("[a-z]+://(localhost|127\\..*|\\[::1]).*")) {
            problems.add(positions
                    .of(file, "broker")
                    .warning("the password goes over the network in the clear", "use mqtts:// if the broker can"));
        }
    }

    private void will() {
        file.will().ifPresent(will -> {
            if (will.topic().isBlank()
                    || will.topic().contains("+")
                    || will.topic().contains("#")) {
                error(will, "topic", "'" + will.topic() + "' is not a topic to publish on", "write it without + and #");
            }
            if (will.qos() < 0 || will.qos() > 2) {
                error(will, "qos", "there is no QoS " + will.qos(), "0, 1 or 2");
            }
            if (file.sparkplugHost().isPresent()) {
                error(will, "topic", "a Sparkplug host's will is its STATE message", "leave will out");
            }
        });
        file.sparkplugHost().ifPresent(host -> {
            if (!host.matches("[^/+#]+")) {
                error(file, "sparkplug_host", "'" + host + "' is not a host id", "one level of a topic, e.g. millrace");
            }
        });
    }

    private void conversation(MqttSourceFile.Topic topic) {
        if (!Conversation.needed(topic.decode())) {
            boolean beside = file.topics().stream().anyMatch(t -> t.decode().equals(Decoders.SPARKPLUG));
            if (beside && topic.qos() > 0) {
                problems.add(positions
                        .of(topic, "decode")
                        .warning(
                                "a source with Sparkplug has no durable session (Sparkplug 3.0 §5.1)",
                                "give topics that must not lose messages a source of their own"));
            }
        } else if (topic.filter().startsWith("$share/")) {
            error(
                    topic,
                    "filter",
                    "decode: " + topic.decode() + " must hear every message, a shared subscription does not",
                    "write the filter without $share/" + "<group>/");
        }
    }

    private void topic(MqttSourceFile.Topic topic) {
        try {
            TopicTable.filter(topic.filter());
        } catch (IllegalArgumentException e) {
            error(
                    topic,
                    "filter",
                    "'" + topic.filter() + "' is not an MQTT topic filter",
                    "+ stands for one whole level, # for all that follow, at the end only");
        }
        if (topic.qos() < 0 || topic.qos() > 2) {
            error(topic, "qos", "there is no QoS " + topic.qos(), "0, 1 or 2; 1 loses nothing");
        }
        if (!formats.contains(topic.decode())) {
            error(
                    topic,
                    "decode",
                    "there is no decoder '" + topic.decode() + "'",
                    DidYouMean.hint(topic.decode(), formats.stream().sorted().toList()));
        }
        conversation(topic);
        if (Decoders.takesMap(topic.decode())) {
            Optional<String> wrong = Decoders.problemOf(topic.decode(), topic.map());
            wrong.ifPresent(message -> error(
                    topic,
                    "map",
                    message,
                    topic.decode().equals("json")
                            ? "e.g. map: { device: \"$topic[2]\", time: .ts, readings: .values }"
                            : "see the page on sources"));
        } else if (formats.contains(topic.decode()) && !topic.map().isEmpty()) {
            problems.add(positions
                    .of(topic, "map")
                    .warning(
                            "map has no effect with decode: " + topic.decode(),
                            "it is for decode: json, csv and plain"));
        }
    }

    private void error(Record of, String key, String message, String hint) {
        problems.add(positions.of(of, key).error(message, hint));
    }
}
