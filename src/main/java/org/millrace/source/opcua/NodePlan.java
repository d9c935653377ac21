package org.millrace.source.opcua;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.millrace.plant.Tag;

/**
 * What to monitor: each node once, however many tags it feeds, at the shortest interval any of them asks for.
 *
 * @param deadband absolute, in the node's raw unit; 0 = every change
 */
record NodePlan(String node, Duration sampleEvery, double deadband) {

    static List<NodePlan> of(List<Tag> tags, Duration defaultInterval) {
        Map<String, NodePlan> plans = new LinkedHashMap<>();
        for (Tag tag : tags) {
            if (!tag.origin().device().isEmpty()) {
                continue; // of events
            }
            Duration every = tag.sampleEvery().orElse(defaultInterval);
            plans.merge(
                    tag.origin().field(),
                    new NodePlan(tag.origin().field(), every, rawDeadband(tag)),
                    NodePlan::widest);
        }
        return new ArrayList<>(plans.values());
    }

    /** The server filters raw values, the tag's deadband is in its stored unit: stored = raw * factor + offset. */
    private static double rawDeadband(Tag tag) {
        double factor = Math.abs(tag.factor());
        return tag.deadband() > 0
                        && factor > 0
                        && Double.isFinite(factor)
                        && tag.states().isEmpty()
                ? tag.deadband() / factor
                : 0;
    }

    private static NodePlan widest(NodePlan a, NodePlan b) {
        return new NodePlan(
                a.node,
                a.sampleEvery.compareTo(b.sampleEvery) <= 0 ? a.sampleEvery : b.sampleEvery,
                Math.min(a.deadband, b.deadband));
    }
}
