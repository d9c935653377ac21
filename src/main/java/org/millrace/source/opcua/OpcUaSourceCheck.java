package org.millrace.source.opcua;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.milo.opcua.stack.core.util.EndpointUtil;
import org.millrace.config.Positions;
import org.millrace.config.Problem;

/** What can be told of an OPC UA source without its server. */
public final class OpcUaSourceCheck {
    private static final int MAX_PORT = 65_535;

    private OpcUaSourceCheck() {}

    /** A source that will never be connected is a warning: the others shall run. */
    public static List<Problem> problems(OpcUaSourceFile file, Positions positions) {
        List<Problem> problems = new ArrayList<>();
        String endpoint = file.endpoint();
        if (!endpoint.toLowerCase(Locale.ROOT).startsWith("opc.tcp://")
                || EndpointUtil.getHost(endpoint) == null
                || EndpointUtil.getPort(endpoint) > MAX_PORT) {
            problems.add(positions
                    .of(file, "endpoint")
                    .error("'" + endpoint + "' is not an OPC UA endpoint", "write opc.tcp://host:4840/path"));
        }
        if (file.queue() < 1) {
            problems.add(positions.of(file, "queue").error("queue is " + file.queue(), "at least 1"));
        }
        Endpoints.refusal(file)
                .ifPresent(why -> problems.add(
                        positions.of(file, "security").warning("this source will not be connected: " + why, "")));
        return problems;
    }

    /** What is wrong with {@code node:} of a tag; empty when it is a node id. */
    public static Optional<String> nodeProblem(String text) {
        return NodeText.problem(text);
    }
}
