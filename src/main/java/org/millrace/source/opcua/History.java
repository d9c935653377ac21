package org.millrace.source.opcua;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.types.builtin.ByteString;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.enumerated.TimestampsToReturn;
import org.eclipse.milo.opcua.stack.core.types.structured.HistoryData;
import org.eclipse.milo.opcua.stack.core.types.structured.HistoryReadResult;
import org.eclipse.milo.opcua.stack.core.types.structured.HistoryReadValueId;
import org.eclipse.milo.opcua.stack.core.types.structured.ReadRawModifiedDetails;

/**
 * Raw values from a server's history, in pages and within its limits.
 *
 * @see <a href="https://reference.opcfoundation.org/Core/Part11/v105/docs/6.4.3">OPC 10000-11 §6.4.3 Read raw</a>
 */
final class History {
    /** Takes one page of one node, oldest value first. */
    interface Sink {
        void page(String node, List<DataValue> values) throws InterruptedException;
    }

    private static final int VALUES_PER_NODE = 1000;
    private static final int NODES_PER_CALL = 50;

    private final OpcUaClient client;
    private final int nodesPerCall;

    History(OpcUaClient client) throws UaException {
        this.client = client;
        this.nodesPerCall = Portions.of(client.getOperationLimits().maxNodesPerHistoryReadData(), NODES_PER_CALL);
    }

    /**
     * Reads from {@code from} to {@code to}, µs by the server's clock.
     *
     * @return the status of each node that gave none
     * @throws UaException when the server refused a call as a whole
     */
    Map<String, StatusCode> read(Map<String, NodeId> nodes, long from, long to, Sink sink)
            throws UaException, InterruptedException {
        Map<String, StatusCode> without = new LinkedHashMap<>();
        List<Map.Entry<String, NodeId>> all = List.copyOf(nodes.entrySet());
        for (int at = 0; at < all.size(); at += nodesPerCall) {
            chunk(all.subList(at, Math.min(all.size(), at + nodesPerCall)), from, to, sink, without);
        }
        return without;
    }

    private record Request(String node, HistoryReadValueId id) {}

    private void chunk(
            List<Map.Entry<String, NodeId>> nodes, long from, long to, Sink sink, Map<String, StatusCode> without)
            throws UaException, InterruptedException {
        ReadRawModifiedDetails details = new ReadRawModifiedDetails(
                false, DataValues.dateTime(from), DataValues.dateTime(to), uint(VALUES_PER_NODE), false);
        List<Request> requests = nodes.stream()
                .map(e -> new Request(e.getKey(), id(e.getValue(), ByteString.NULL_VALUE)))
                .toList();
        while (!requests.isEmpty()) {
            HistoryReadResult[] results = Objects.requireNonNullElse(
                    client.historyRead(
                                    details,
                                    TimestampsToReturn.Both,
                                    false,
                                    requests.stream().map(Request::id).toList())
                            .getResults(),
                    new HistoryReadResult[0]);
            List<Request> more = new ArrayList<>();
            for (int i = 0; i < requests.size(); i++) {
                Request request = requests.get(i);
                if (i >= results.length || results[i].getStatusCode().isBad()) {
                    without.put(request.node(), i < results.length ? results[i].getStatusCode() : StatusCode.BAD);
                    continue;
                }
                sink.page(request.node(), values(results[i]));
                ByteString next = results[i].getContinuationPoint();
                if (next != null && !next.isNullOrEmpty()) {
                    more.add(new Request(request.node(), id(request.id().getNodeId(), next)));
                }
            }
            requests = more;
        }
    }

    private static HistoryReadValueId id(NodeId node, ByteString continuation) {
        return new HistoryReadValueId(node, null, QualifiedName.NULL_VALUE, continuation);
    }

    private List<DataValue> values(HistoryReadResult result) {
        if (result.getHistoryData() == null || result.getHistoryData().isNull()) {
            return List.of();
        }
        return result.getHistoryData().decode(client.getStaticEncodingContext()) instanceof HistoryData data
                        && data.getDataValues() != null
                ? List.of(data.getDataValues())
                : List.of();
    }
}
