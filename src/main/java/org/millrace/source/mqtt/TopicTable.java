package org.millrace.source.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttTopic;
import com.hivemq.client.mqtt.datatypes.MqttTopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which of the configured filters a message belongs to: the first that matches. A durable session may still bring
 * messages of a filter that has been taken out of the file; they get no format, and are refused by name downstream.
 * Thread-safe.
 */
final class TopicTable {
    /** How messages of one filter are to be read. */
    record Reader(String format, Map<String, String> map, String codec) {}

    static final Reader NONE = new Reader("", Map.of(), "");
    private static final int REMEMBERED = 20_000;

    private record Entry(MqttTopicFilter filter, Reader reader) {}

    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Reader> known = new ConcurrentHashMap<>();

    TopicTable(List<MqttSourceFile.Topic> topics) {
        for (MqttSourceFile.Topic topic : topics) {
            Reader reader = new Reader(
                    topic.decode(), Map.copyOf(topic.map()), topic.codec().orElse(""));
            entries.add(new Entry(filter(topic.filter()), reader));
        }
    }

    Reader find(String topic) {
        Reader reader = known.get(topic);
        if (reader != null) {
            return reader;
        }
        Reader found = match(MqttTopic.of(topic));
        if (known.size() >= REMEMBERED) { // topics without end: start over rather than grow
            known.clear();
        }
        known.put(topic, found);
        return found;
    }

    private Reader match(MqttTopic topic) {
        for (Entry entry : entries) {
            if (entry.filter().matches(topic)) {
                return entry.reader();
            }
        }
        return NONE;
    }

    /** @throws IllegalArgumentException with a message for people */
    static MqttTopicFilter filter(String text) {
        try {
            MqttTopicFilter filter = MqttTopicFilter.of(text);
            if (!filter.isShared()) {
                return filter;
            }
            int group = text.indexOf('/', "$share/".length());
            return MqttTopicFilter.of(text.substring(group + 1));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "topics: the filter '" + text + "' is not an MQTT topic filter: " + e.getMessage(), e);
        }
    }
}
