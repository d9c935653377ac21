package org.millrace.source.decode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.decode.SparkplugWire.Metric;

/**
 * The hub as Host Application of Sparkplug B 3.0: keeps the births of each edge node and its devices, checks sequence
 * numbers, asks for a rebirth, tells nodes by the STATE message that it is there, and makes deaths say which metrics died.
 *
 * <p>What aliases mean is known only from a birth to the first message that is missing: after a gap, and after a
 * connection of its own is lost, aliases are left without a name until the node is born again. So a value can be late,
 * but never another metric's. Births are not kept over a restart: nodes publish at QoS 0, nothing waits for the hub, and
 * a birth of yesterday would name today's aliases.
 */
final class SparkplugHost implements Conversation {
    /** A node that does not answer is asked again after this, in µs. */
    static final long ASK_AGAIN = 10_000_000;

    private static final int MOST_NODES = 10_000;
    private static final int MOST_METRICS = 2_000_000;
    private static final String BD_SEQ = "bdSeq";

    private record Known(String name, int type) {}

    /** Metrics of a node's own birth, or of one of its devices. */
    private static final class Birth {
        final Map<Long, Known> byAlias = new HashMap<>();
        final Map<String, Integer> types = new LinkedHashMap<>();
        /** As the decoder names its readings: members of templates with their template. */
        final Map<String, Integer> leaves = new LinkedHashMap<>();
    }

    private static final class Node {
        final Map<String, Birth> births = new LinkedHashMap<>();
        boolean inStep;
        long nextSeq;
        long bdSeq = -1;
        long asked = Long.MIN_VALUE;
        int metrics;
    }

    private final String hostId;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private long online;
    private int metrics;

    /** @param hostId empty: nothing is told to the nodes */
    SparkplugHost(String hostId) {
        this.hostId = hostId;
    }

    @Override
    public Turn hear(Payload payload) {
        String state = SparkplugTopic.NAMESPACE + "/STATE/";
        if (payload.topic().startsWith(state)) {
            return new Turn(List.of(), reassured(payload, payload.topic().substring(state.length())), Optional.empty());
        }
        Optional<SparkplugTopic> topic = SparkplugTopic.parse(payload.topic());
        if (topic.isPresent() && topic.get().type().endsWith("CMD")) {
            return new Turn(List.of(), List.of(), Optional.empty()); // commands of hosts to nodes, also our own
        }
        SparkplugWire.Message message;
        try {
            message = SparkplugWire.read(payload.bytes());
        } catch (IOException e) {
            return Turn.of(payload); // the decoder says what is wrong with it
        }
        if (topic.isEmpty() || payload.retained()) {
            return Turn.of(payload);
        }
        return heard(payload, topic.get(), message);
    }

    @Override
    public List<Message> connected(long now) {
        List<Message> messages = new ArrayList<>();
        if (!hostId.isEmpty()) {
            messages.add(state(true, online));
        }
        for (Map.Entry<String, Node> node : nodes.entrySet()) { // what they said meanwhile is lost
            node.getValue().asked = now;
            int slash = node.getKey().indexOf('/');
            messages.add(
                    rebirth(node.getKey().substring(0, slash), node.getKey().substring(slash + 1), now));
        }
        return messages;
    }

    @Override
    public List<Message> leaving(long now) {
        if (hostId.isEmpty()) {
            return List.of();
        }
        long last = Math.max(online, now / 1_000);
        online = 0; // what is heard of it now is our own farewell, not to be contradicted
        return List.of(state(false, last));
    }

    /** Its time is that of the birth that follows it (tck-id-host-topic-phid-birth-payload-timestamp). */
    @Override
    public Optional<Message> will(long now) {
        nodes.values()
                .forEach(node -> node.inStep = false); // whatever comes on the next connection, something is missing
        if (hostId.isEmpty()) {
            return Optional.empty();
        }
        online = Math.max(online + 1, now / 1_000);
        return Optional.of(state(false, online));
    }

    private Message state(boolean on, long millis) {
        String json = "{\"online\":" + on + ",\"timestamp\":" + millis + "}";
        return new Message(
                SparkplugTopic.NAMESPACE + "/STATE/" + hostId, json.getBytes(StandardCharsets.UTF_8), 1, true);
    }

    /** A will of a connection before, delivered late, must not leave the nodes with the belief that the host is away. */
    private List<Message> reassured(Payload payload, String id) {
        boolean offline = new String(payload.bytes(), StandardCharsets.UTF_8)
                .replace(" ", "")
                .contains("\"online\":false");
        return id.equals(hostId) && !hostId.isEmpty() && offline && online > 0
                ? List.of(state(true, online))
                : List.of();
    }

    private Turn heard(Payload payload, SparkplugTopic topic, SparkplugWire.Message message) {
        Node node = nodes.get(topic.nodeId());
        if (node == null) {
            if (nodes.size() >= MOST_NODES) {
                return Turn.of(payload);
            }
            node = new Node();
            nodes.put(topic.nodeId(), node);
        }
        if (topic.type().equals("NDEATH")) {
            return died(node, payload, topic, message);
        }
        if (topic.type().equals("NBIRTH")) {
            forget(node);
            node.bdSeq = number(message, BD_SEQ);
            node.inStep = message.seq() >= 0;
            node.nextSeq = message.seq() + 1 & 0xFF;
        } else if (node.inStep && message.seq() == node.nextSeq) {
            node.nextSeq = message.seq() + 1 & 0xFF;
        } else {
            node.inStep = false;
        }
        List<Message> answers = node.inStep ? List.of() : asked(node, topic, payload.hubTime());
        if (topic.birth() && node.inStep) {
            learn(node, topic.device(), message);
            return new Turn(List.of(payload), answers, Optional.empty());
        }
        if (topic.type().equals("DDEATH")) {
            Birth birth = node.births.remove(topic.device());
            count(node, birth, -1);
            return new Turn(List.of(dead(payload, message, birth)), answers, Optional.empty());
        }
        Birth birth = node.inStep ? node.births.get(topic.device()) : null;
        if (topic.data() && node.inStep && birth == null) {
            answers = asked(node, topic, payload.hubTime()); // a device that was never born here
        }
        return new Turn(List.of(named(payload, message, birth)), answers, Optional.empty());
    }

    private Turn died(Node node, Payload payload, SparkplugTopic topic, SparkplugWire.Message message) {
        long of = number(message, BD_SEQ);
        if (node.bdSeq >= 0 && of >= 0 && of != node.bdSeq) {
            return new Turn(List.of(), List.of(), Optional.empty()); // the will of a session before this one
        }
        List<Payload> deaths = new ArrayList<>();
        deaths.add(dead(payload, message, node.births.get("")));
        node.births.forEach((device, birth) -> {
            if (!device.isEmpty()) {
                Payload ofDevice = payload.at(topic.topic("DDEATH", device));
                long millis = payload.hubTime() / 1_000;
                deaths.add(dead(ofDevice, new SparkplugWire.Message(millis, -1, List.of()), birth));
            }
        });
        forget(node);
        node.inStep = false;
        return new Turn(deaths, List.of(), Optional.empty());
    }

    private void forget(Node node) {
        metrics -= node.metrics;
        node.metrics = 0;
        node.births.clear();
    }

    private void learn(Node node, String device, SparkplugWire.Message message) {
        Birth birth = new Birth();
        for (Metric metric : message.metrics()) {
            if (!metric.name().isEmpty() && metrics + birth.types.size() < MOST_METRICS) {
                birth.types.put(metric.name(), metric.type());
                names(metric, "", birth.leaves, 0);
                if (metric.alias() >= 0) {
                    birth.byAlias.put(metric.alias(), new Known(metric.name(), metric.type()));
                }
            }
        }
        count(node, birth, 1);
        count(node, node.births.put(device, birth), -1);
    }

    private void count(Node node, @Nullable Birth birth, int sign) {
        if (birth != null) {
            metrics += sign * birth.types.size();
            node.metrics += sign * birth.types.size();
        }
    }

    private static void names(Metric metric, String prefix, Map<String, Integer> into, int depth) {
        if (metric.held() instanceof SparkplugWire.Held.Members members && depth < 8) {
            members.members().forEach(m -> names(m, prefix + metric.name() + '/', into, depth + 1));
        } else if (!(metric.held() instanceof SparkplugWire.Held.Other)) {
            into.put(prefix + metric.name(), metric.type());
        }
    }

    private static Payload named(Payload payload, SparkplugWire.Message message, @Nullable Birth birth) {
        List<byte[]> written = new ArrayList<>(message.metrics().size());
        boolean changed = false;
        for (Metric metric : message.metrics()) {
            Known known = birth == null
                    ? null
                    : metric.name().isEmpty()
                            ? birth.byAlias.get(metric.alias())
                            : new Known(metric.name(), birth.types.getOrDefault(metric.name(), 0));
            boolean more = known != null && (metric.name().isEmpty() || metric.type() == 0 && known.type() != 0);
            written.add(more && known != null ? SparkplugWire.named(metric, known.name(), known.type()) : metric.raw());
            changed |= more;
        }
        return changed ? payload.with(SparkplugWire.write(message, written)) : payload;
    }

    private static Payload dead(Payload payload, SparkplugWire.Message message, @Nullable Birth birth) {
        List<byte[]> written = new ArrayList<>();
        message.metrics().forEach(metric -> written.add(metric.raw()));
        if (birth != null) {
            birth.leaves.forEach((name, type) -> {
                if (!name.equals(BD_SEQ)) {
                    written.add(SparkplugWire.dead(name, type));
                }
            });
        }
        return payload.with(SparkplugWire.write(message, written));
    }

    private static List<Message> asked(Node node, SparkplugTopic topic, long now) {
        if (node.asked != Long.MIN_VALUE && now - node.asked < ASK_AGAIN && now >= node.asked) {
            return List.of();
        }
        node.asked = now;
        return List.of(rebirth(topic.group(), topic.node(), now));
    }

    private static Message rebirth(String group, String node, long now) {
        return new Message(
                SparkplugTopic.NAMESPACE + '/' + group + "/NCMD/" + node, SparkplugWire.rebirth(now / 1_000), 0, false);
    }

    private static long number(SparkplugWire.Message message, String name) {
        for (Metric metric : message.metrics()) {
            if (metric.name().equals(name) && metric.held() instanceof SparkplugWire.Held.Bits bits) {
                return bits.bits();
            }
        }
        return -1;
    }
}
