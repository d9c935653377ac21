package org.millrace.source.opcua;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaMonitoredItem;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaSubscription;
import org.eclipse.milo.opcua.stack.core.NamespaceTable;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.enumerated.BrowseDirection;
import org.eclipse.milo.opcua.stack.core.types.enumerated.BrowseResultMask;
import org.eclipse.milo.opcua.stack.core.types.enumerated.NodeClass;
import org.eclipse.milo.opcua.stack.core.types.structured.BrowseDescription;
import org.eclipse.milo.opcua.stack.core.types.structured.CallMethodRequest;
import org.eclipse.milo.opcua.stack.core.types.structured.CallMethodResult;
import org.eclipse.milo.opcua.stack.core.types.structured.ReferenceDescription;

/** The item that takes a server's events, in the subscription of its connection. */
final class EventItem {
    private static final int QUEUE = 10_000;

    private final OpcUaClient client;
    private final OpcUaSubscription subscription;
    private volatile NamespaceTable namespaces = new NamespaceTable();

    EventItem(OpcUaClient client, OpcUaSubscription subscription) {
        this.client = client;
        this.subscription = subscription;
    }

    /**
     * Takes the events of an object.
     *
     * @return how the server took it
     * @throws UaException when the server refused the call as a whole
     */
    StatusCode monitor(String notifier) throws UaException {
        namespaces = client.readNamespaceTable();
        Optional<NodeId> node = NodeText.resolve(notifier, namespaces);
        if (node.isEmpty()) {
            return new StatusCode(StatusCodes.Bad_NodeIdUnknown);
        }
        OpcUaMonitoredItem item = OpcUaMonitoredItem.newEventItem(node.get(), EventFields.filter(true));
        item.setQueueSize(uint(QUEUE));
        item.setSamplingInterval(0); // OPC 10000-4 §5.13.1.2: an event item has none
        subscription.addMonitoredItem(item);
        StatusCode status = Connection.operation(Connection.create(subscription).getFirst());
        if (status.value() == StatusCodes.Bad_EventFilterInvalid
                || status.value() == StatusCodes.Bad_MonitoredItemFilterInvalid) {
            item.setFilter(EventFields.filter(false));
            status = Connection.operation(Connection.create(subscription).getFirst());
        }
        if (!status.isGood()) {
            subscription.removeMonitoredItem(item);
        }
        return status;
    }

    /** Asks the server to tell all conditions of interest again; they come as events. */
    StatusCode refresh() throws UaException {
        CallMethodResult[] results = client.call(List.of(new CallMethodRequest(
                        NodeIds.ConditionType, NodeIds.ConditionType_ConditionRefresh, new Variant[] {
                            new Variant(subscription.getSubscriptionId().orElseThrow())
                        })))
                .getResults();
        return results == null || results.length == 0 ? StatusCode.BAD : results[0].getStatusCode();
    }

    /** Of each type the node texts of all its subtypes, itself included. */
    Map<String, Set<String>> subtypes(Set<String> types) throws UaException {
        NamespaceTable table = client.readNamespaceTable();
        Map<String, Set<String>> all = new LinkedHashMap<>();
        for (String type : types) {
            Set<String> known = new LinkedHashSet<>(Set.of(type));
            Deque<NodeId> open = new ArrayDeque<>();
            NodeText.resolve(type, table).ifPresent(open::add);
            while (!open.isEmpty()) {
                ReferenceDescription[] children = client.browse(new BrowseDescription(
                                open.remove(),
                                BrowseDirection.Forward,
                                NodeIds.HasSubtype,
                                true,
                                uint(NodeClass.ObjectType.getValue()),
                                uint(BrowseResultMask.None.getValue())))
                        .getReferences();
                for (ReferenceDescription child : children == null ? new ReferenceDescription[0] : children) {
                    child.getNodeId()
                            .toNodeId(table)
                            .filter(id -> known.add(NodeText.of(id, table)))
                            .ifPresent(open::add);
                }
            }
            all.put(type, known);
        }
        return all;
    }

    /** What came for the item. */
    List<ServerEvent> read(List<Variant[]> fields) {
        return fields.stream().map(one -> EventFields.event(one, namespaces)).toList();
    }
}
