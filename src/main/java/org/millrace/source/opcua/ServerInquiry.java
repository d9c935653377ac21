package org.millrace.source.opcua;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.stack.core.AttributeId;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.types.builtin.ByteString;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExtensionObject;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UByte;
import org.eclipse.milo.opcua.stack.core.types.enumerated.BrowseDirection;
import org.eclipse.milo.opcua.stack.core.types.enumerated.NodeClass;
import org.eclipse.milo.opcua.stack.core.types.enumerated.TimestampsToReturn;
import org.eclipse.milo.opcua.stack.core.types.structured.BrowseDescription;
import org.eclipse.milo.opcua.stack.core.types.structured.BrowseResult;
import org.eclipse.milo.opcua.stack.core.types.structured.EUInformation;
import org.eclipse.milo.opcua.stack.core.types.structured.Range;
import org.eclipse.milo.opcua.stack.core.types.structured.ReadValueId;
import org.eclipse.milo.opcua.stack.core.types.structured.ReferenceDescription;
import org.millrace.security.CertificateFolders;

/** Asks a server what it has, with the source's own security: for {@code hub browse} and {@code hub check --online}. */
public final class ServerInquiry implements AutoCloseable {
    private static final int PER_CALL = 200;
    private static final int READABLE = 1;
    private static final int HISTORY = 4;
    private static final int ALL_RESULTS = 63;

    private final OpcUaClient client;

    private ServerInquiry(OpcUaClient client) {
        this.client = client;
    }

    /** @throws IOException with a sentence, when the server cannot be connected */
    public static ServerInquiry open(OpcUaSourceFile file, UnaryOperator<String> secrets, CertificateFolders folders)
            throws IOException, InterruptedException {
        Optional<String> refusal = OpcUaSourceCheck.refusal(file);
        if (refusal.isPresent()) {
            throw new IOException(refusal.get());
        }
        Access access = new Access(file, secrets, folders);
        try {
            OpcUaClient client = Endpoints.find(access).client();
            ServerInquiry inquiry = new ServerInquiry(client);
            try {
                client.connectAsync().get(file.timeout().toMillis(), TimeUnit.MILLISECONDS);
                return inquiry;
            } catch (ExecutionException | TimeoutException | InterruptedException e) {
                inquiry.close();
                throw e;
            }
        } catch (CertificateRefused e) {
            throw new IOException(e.getMessage(), e);
        } catch (UaException | ExecutionException | TimeoutException | RuntimeException e) {
            throw new IOException("cannot connect to " + file.endpoint() + ": " + Endpoints.text(e, access), e);
        }
    }

    /** @param complete false when depth or limit left something out */
    public record Listing(List<ServerVariable> variables, boolean complete) {}

    private record Place(NodeId node, String path, int depth, boolean variable) {}

    /**
     * The variables below the Objects folder, the Server object left out.
     *
     * @param depth levels below the Objects folder
     * @param limit variables at most
     */
    public Listing browse(int depth, int limit) throws IOException {
        try {
            return walk(depth, limit);
        } catch (UaException e) {
            throw new IOException("the server refuses to be browsed: " + Endpoints.text(e), e);
        }
    }

    private Listing walk(int depth, int limit) throws UaException {
        int portion = Portions.of(client.getOperationLimits().maxNodesPerBrowse(), PER_CALL);
        Walk walk = new Walk(depth, limit);
        while (!walk.open.isEmpty()) {
            List<Place> places = new ArrayList<>();
            while (!walk.open.isEmpty() && places.size() < portion) {
                places.add(walk.open.remove());
            }
            List<List<ReferenceDescription>> children = children(places);
            for (int i = 0; i < places.size(); i++) {
                for (ReferenceDescription child : children.get(i)) {
                    walk.child(places.get(i), child);
                }
            }
        }
        return new Listing(describe(walk.found, walk.properties), walk.complete);
    }

    /** What has been seen on the way down, and what is still to be looked at. */
    private final class Walk {
        final Deque<Place> open = new ArrayDeque<>(List.of(new Place(NodeIds.ObjectsFolder, "", 0, false)));
        final Map<NodeId, String> found = new LinkedHashMap<>();
        final Map<NodeId, Map<String, NodeId>> properties = new HashMap<>();
        boolean complete = true;
        private final Set<NodeId> seen = new HashSet<>(Set.of(NodeIds.ObjectsFolder, NodeIds.Server));
        private final int depth;
        private final int limit;

        Walk(int depth, int limit) {
            this.depth = depth;
            this.limit = limit;
        }

        void child(Place place, ReferenceDescription child) {
            Optional<NodeId> node = child.getNodeId().toNodeId(client.getNamespaceTable());
            if (node.isEmpty()) {
                return; // on another server
            }
            if (NodeIds.HasProperty.equals(child.getReferenceTypeId())) {
                if (place.variable()) {
                    properties
                            .computeIfAbsent(place.node(), n -> new HashMap<>())
                            .put(String.valueOf(child.getBrowseName().name()), node.get());
                }
                return;
            }
            boolean variable = child.getNodeClass() == NodeClass.Variable;
            if (!variable && place.depth() >= depth) {
                complete = false;
                return;
            }
            if (!seen.add(node.get())) {
                return;
            }
            if (variable && found.size() == limit) {
                complete = false;
                return;
            }
            String path = place.path().isEmpty() ? name(child) : place.path() + "/" + name(child);
            if (variable) {
                found.put(node.get(), path);
            }
            open.add(new Place(node.get(), path, place.depth() + 1, variable));
        }
    }

    private static String name(ReferenceDescription child) {
        String shown =
                child.getDisplayName() == null ? null : child.getDisplayName().text();
        return shown == null || shown.isBlank()
                ? String.valueOf(child.getBrowseName().name())
                : shown;
    }

    private List<List<ReferenceDescription>> children(List<Place> places) throws UaException {
        List<BrowseDescription> questions = places.stream()
                .map(place -> new BrowseDescription(
                        place.node(),
                        BrowseDirection.Forward,
                        NodeIds.HierarchicalReferences,
                        true,
                        uint(NodeClass.Object.getValue() | NodeClass.Variable.getValue()),
                        uint(ALL_RESULTS)))
                .toList();
        List<List<ReferenceDescription>> answers = new ArrayList<>();
        for (BrowseResult first : client.browse(questions)) {
            List<ReferenceDescription> all = new ArrayList<>();
            BrowseResult result = first;
            while (true) {
                if (result.getReferences() != null) {
                    all.addAll(List.of(result.getReferences()));
                }
                ByteString more = result.getContinuationPoint();
                if (more == null || more.isNullOrEmpty()) {
                    break;
                }
                BrowseResult[] next = client.browseNext(false, List.of(more)).getResults();
                if (next == null || next.length == 0) {
                    break;
                }
                result = next[0];
            }
            answers.add(all);
        }
        return answers;
    }

    /** The given nodes, in order, also those the server does not have: their status says so. */
    public List<ServerVariable> describe(List<String> nodes) throws IOException {
        try {
            Map<NodeId, String> known = new LinkedHashMap<>();
            Map<String, NodeId> byText = new HashMap<>();
            for (String text : nodes) {
                NodeText.resolve(text, client.getNamespaceTable()).ifPresent(node -> {
                    known.put(node, "");
                    byText.put(text, node);
                });
            }
            Map<NodeId, ServerVariable> described = new HashMap<>();
            List<ServerVariable> found = describe(known, properties(List.copyOf(known.keySet())));
            int i = 0;
            for (NodeId node : known.keySet()) {
                described.put(node, found.get(i++));
            }
            return nodes.stream()
                    .map(text -> Optional.ofNullable(byText.get(text))
                            .map(described::get)
                            .orElseGet(() -> unknown(text)))
                    .toList();
        } catch (UaException e) {
            throw new IOException("the server refuses to be read: " + Endpoints.text(e), e);
        }
    }

    private static ServerVariable unknown(String node) {
        return new ServerVariable(
                "", node, "", false, false, false, "", Optional.empty(), Optional.empty(), "Bad_NodeIdUnknown");
    }

    private Map<NodeId, Map<String, NodeId>> properties(List<NodeId> nodes) throws UaException {
        Map<NodeId, Map<String, NodeId>> properties = new HashMap<>();
        int portion = Portions.of(client.getOperationLimits().maxNodesPerBrowse(), PER_CALL);
        for (int at = 0; at < nodes.size(); at += portion) {
            List<Place> places = nodes.subList(at, Math.min(nodes.size(), at + portion)).stream()
                    .map(node -> new Place(node, "", 0, true))
                    .toList();
            List<List<ReferenceDescription>> children = children(places);
            for (int i = 0; i < places.size(); i++) {
                Map<String, NodeId> own =
                        properties.computeIfAbsent(places.get(i).node(), n -> new HashMap<>());
                for (ReferenceDescription child : children.get(i)) {
                    if (NodeIds.HasProperty.equals(child.getReferenceTypeId())) {
                        child.getNodeId()
                                .toNodeId(client.getNamespaceTable())
                                .ifPresent(id -> own.put(
                                        String.valueOf(child.getBrowseName().name()), id));
                    }
                }
            }
        }
        return properties;
    }

    private List<ServerVariable> describe(Map<NodeId, String> nodes, Map<NodeId, Map<String, NodeId>> properties)
            throws UaException {
        List<ReadValueId> questions = new ArrayList<>();
        List<NodeId> units = new ArrayList<>();
        List<NodeId> ranges = new ArrayList<>();
        for (NodeId node : nodes.keySet()) {
            questions.add(read(node, AttributeId.DataType));
            questions.add(read(node, AttributeId.ValueRank));
            questions.add(read(node, AttributeId.UserAccessLevel));
            questions.add(read(node, AttributeId.Value));
            Map<String, NodeId> own = properties.getOrDefault(node, Map.of());
            units.add(own.getOrDefault("EngineeringUnits", NodeId.NULL_VALUE));
            ranges.add(own.getOrDefault("EURange", NodeId.NULL_VALUE));
        }
        units.forEach(node -> questions.add(read(node, AttributeId.Value)));
        ranges.forEach(node -> questions.add(read(node, AttributeId.Value)));
        List<DataValue> answers = answers(questions);
        List<ServerVariable> variables = new ArrayList<>();
        int i = 0;
        for (Map.Entry<NodeId, String> entry : nodes.entrySet()) {
            variables.add(variable(
                    entry.getKey(),
                    entry.getValue(),
                    answers.subList(4 * i, 4 * i + 4),
                    structure(answers.get(4 * nodes.size() + i), EUInformation.class),
                    structure(answers.get(5 * nodes.size() + i), Range.class)));
            i++;
        }
        return variables;
    }

    private ServerVariable variable(
            NodeId node, String path, List<DataValue> attributes, Optional<EUInformation> unit, Optional<Range> range) {
        DataValue type = attributes.get(0);
        Object rank = attributes.get(1).value().value();
        int access = attributes.get(2).value().value() instanceof UByte level ? level.intValue() : READABLE;
        Object current = attributes.get(3).value().value();
        boolean array = rank instanceof Integer r && r >= 0 // some servers say "any" and give an array
                || current != null && current.getClass().isArray();
        // a node that is not there answers so for its data type already; a bad value alone is the sensor's affair
        StatusCode status = type.statusCode();
        return new ServerVariable(
                path,
                NodeText.of(node, client.getNamespaceTable()),
                type.value().value() instanceof NodeId id ? typeName(id) : "",
                !array,
                status.isGood() && (access & READABLE) != 0,
                (access & HISTORY) != 0,
                unit.map(EngineeringUnits::text).orElse(""),
                unit.flatMap(EngineeringUnits::ucum),
                range.filter(r -> r.getLow() != null && r.getHigh() != null && r.getLow() < r.getHigh())
                        .map(r -> new ServerVariable.Range(r.getLow(), r.getHigh())),
                status.isGood() ? "Good" : Endpoints.text(status));
    }

    private String typeName(NodeId type) {
        return NodeText.builtIn(type).orElseGet(() -> NodeText.of(type, client.getNamespaceTable()));
    }

    private <T> Optional<T> structure(DataValue value, Class<T> type) {
        try {
            Object content = value.value().value() instanceof ExtensionObject extension
                    ? extension.decode(client.getStaticEncodingContext())
                    : value.value().value();
            return type.isInstance(content) ? Optional.of(type.cast(content)) : Optional.empty();
        } catch (RuntimeException e) {
            return Optional.empty(); // a structure that cannot be decoded tells nothing
        }
    }

    private static ReadValueId read(NodeId node, AttributeId attribute) {
        return new ReadValueId(node, attribute.uid(), null, QualifiedName.NULL_VALUE);
    }

    private List<DataValue> answers(List<ReadValueId> questions) throws UaException {
        List<DataValue> answers = new ArrayList<>();
        int portion = Portions.of(client.getOperationLimits().maxNodesPerRead(), PER_CALL);
        for (int at = 0; at < questions.size(); at += portion) {
            List<ReadValueId> part = questions.subList(at, Math.min(questions.size(), at + portion));
            DataValue[] results =
                    client.read(0, TimestampsToReturn.Neither, part).getResults();
            answers.addAll(List.of(results == null ? new DataValue[0] : results));
            while (answers.size() < at + part.size()) {
                answers.add(new DataValue(StatusCode.BAD));
            }
        }
        return answers;
    }

    @Override
    public void close() {
        try {
            client.disconnectAsync().get(3, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // the server ends a session nobody uses by itself
        }
    }
}
