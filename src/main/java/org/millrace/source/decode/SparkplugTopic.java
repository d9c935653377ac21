package org.millrace.source.decode;

import java.util.Optional;

/**
 * {@code spBv1.0/{group}/{type}/{node}[/{device}]}.
 *
 * @param device empty for the node itself
 */
record SparkplugTopic(String group, String type, String node, String device) {
    static final String NAMESPACE = "spBv1.0";

    static Optional<SparkplugTopic> parse(String topic) {
        String[] levels = topic.split("/", -1);
        if (levels.length < 4 || levels.length > 5 || !levels[0].equals(NAMESPACE)) {
            return Optional.empty();
        }
        return Optional.of(new SparkplugTopic(levels[1], levels[2], levels[3], levels.length == 5 ? levels[4] : ""));
    }

    /** {@code group/node}. */
    String nodeId() {
        return group + '/' + node;
    }

    /** {@code group/node} or {@code group/node/device}. */
    String id() {
        return device.isEmpty() ? nodeId() : nodeId() + '/' + device;
    }

    boolean birth() {
        return type.equals("NBIRTH") || type.equals("DBIRTH");
    }

    boolean death() {
        return type.equals("NDEATH") || type.equals("DDEATH");
    }

    boolean data() {
        return type.equals("NDATA") || type.equals("DDATA");
    }

    String topic(String other, String ofDevice) {
        return NAMESPACE + '/' + group + '/' + other + '/' + node + (ofDevice.isEmpty() ? "" : '/' + ofDevice);
    }
}
