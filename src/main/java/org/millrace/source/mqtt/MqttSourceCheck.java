package org.millrace.source.mqtt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.millrace.config.DidYouMean;
import org.millrace.config.Positions;
import org.millrace.config.Problem;
import org.millrace.source.decode.Decoders;

/** What can be told of an MQTT source without its broker. */
public final class MqttSourceCheck {
    private static final int MAX_UINT16 = 65_535;

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
                    "write mqtt://host:1883 or mqtts://host:8883; user and password have keys of their own");
        }
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
        if (topic.decode().equals("json")) {
            Optional<String> wrong = Decoders.problemOf(topic.map());
            wrong.ifPresent(message ->
                    error(topic, "map", message, "e.g. map: { device: \"$topic[2]\", time: .ts, readings: .values }"));
        } else if (formats.contains(topic.decode()) && !topic.map().isEmpty()) {
            problems.add(positions
                    .of(topic, "map")
                    .warning("map has no effect with decode: " + topic.decode(), "it is for decode: json"));
        }
    }

    private void error(Record of, String key, String message, String hint) {
        problems.add(positions.of(of, key).error(message, hint));
    }
}
