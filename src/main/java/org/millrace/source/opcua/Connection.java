package org.millrace.source.opcua;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.sdk.client.SessionActivityListener;
import org.eclipse.milo.opcua.sdk.client.UaSession;
import org.eclipse.milo.opcua.sdk.client.subscriptions.MonitoredItemServiceOperationResult;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaMonitoredItem;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaSubscription;
import org.eclipse.milo.opcua.stack.core.NamespaceTable;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.enumerated.DataChangeTrigger;
import org.eclipse.milo.opcua.stack.core.types.enumerated.DeadbandType;
import org.eclipse.milo.opcua.stack.core.types.enumerated.TimestampsToReturn;
import org.eclipse.milo.opcua.stack.core.types.structured.DataChangeFilter;
import org.eclipse.milo.opcua.stack.core.util.Unit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One life of a connection: a session, a subscription and its items, until it is lost for good or closed. */
final class Connection {
    /** Takes values, each of the node at its place. */
    interface Values {
        void data(List<String> nodes, List<DataValue> values) throws InterruptedException;
    }

    /** Takes what the server sent, in order; may block, which holds back publishing. */
    interface Sink extends Values {
        /** Events, in the order they came. */
        void events(List<ServerEvent> events) throws InterruptedException;

        /** The subscription lives, and has nothing to say. */
        void keepAlive();

        /** The server lost notifications that were on their way; what follows comes after them. */
        void notificationsLost() throws InterruptedException;
    }

    private static final Logger log = LoggerFactory.getLogger(Connection.class);
    private static final int ITEMS_PER_CALL = 1000;
    private static final int NODES_PER_READ = 500;
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(5);
    /** Long enough that a receiver which holds us back, or a network that is away, does not cost the subscription. */
    private static final Duration LIFETIME = Duration.ofMinutes(2);

    private static final Set<Long> FILTER_REFUSED = Set.of(
            StatusCodes.Bad_FilterNotAllowed,
            StatusCodes.Bad_MonitoredItemFilterUnsupported,
            StatusCodes.Bad_MonitoredItemFilterInvalid,
            StatusCodes.Bad_DeadbandFilterInvalid);

    private final Endpoints.Found found;
    private final OpcUaClient client;
    private final OpcUaSourceFile file;
    private final Sink sink;
    private final OpcUaSubscription subscription;
    private final EventItem events;
    private final CompletableFuture<String> lost = new CompletableFuture<>();
    private final Map<String, NodeId> monitored = new ConcurrentHashMap<>();
    private volatile long lastSign = System.nanoTime();
    private volatile boolean closed;
    private volatile boolean suspended;

    private Connection(Endpoints.Found found, OpcUaSourceFile file, Sink sink) {
        this.found = found;
        this.client = found.client();
        this.file = file;
        this.sink = sink;
        this.subscription = new OpcUaSubscription(client, file.publishEvery().toMillis());
        this.events = new EventItem(client, subscription);
    }

    /** Opens session and subscription; whatever fails leaves nothing behind. */
    static Connection open(Access access, Sink sink)
            throws UaException, IOException, CertificateRefused, InterruptedException, ExecutionException,
                    TimeoutException {
        OpcUaSourceFile file = access.file();
        Connection connection = new Connection(Endpoints.find(access), file, sink);
        try {
            connection.client.connectAsync().get(file.timeout().toMillis(), TimeUnit.MILLISECONDS);
            connection.client.addSessionActivityListener(connection.new SessionWatch());
            connection.subscribe();
            return connection;
        } catch (UaException | ExecutionException | TimeoutException | InterruptedException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private void subscribe() throws UaException {
        double publish = Math.max(1, file.publishEvery().toMillis());
        long target = Math.min(KEEP_ALIVE.toMillis(), file.silentAfter().toMillis() / 3);
        long keepAliveCount = Math.max(1, Math.round(target / publish));
        subscription.setLifetimeAndKeepAliveCalculated(false);
        subscription.setMaxKeepAliveCount(uint(keepAliveCount));
        // OPC 10000-4 §5.14.2: the lifetime count shall be at least three times the keep-alive count
        subscription.setLifetimeCount(uint(Math.max(3 * keepAliveCount, Math.round(LIFETIME.toMillis() / publish))));
        // Milo lowers this to the server's own MaxMonitoredItemsPerCall
        subscription.setMaxMonitoredItemsPerCall(uint(ITEMS_PER_CALL));
        subscription.setSubscriptionListener(new SubscriptionWatch());
        subscription.create();
        lastSign = System.nanoTime();
    }

    /**
     * Monitors the nodes.
     *
     * @return the status of each node that could not be monitored
     * @throws UaException when the server refused the call as a whole
     */
    Map<String, StatusCode> monitor(List<NodePlan> plans) throws UaException {
        NamespaceTable namespaces = client.readNamespaceTable();
        Map<String, StatusCode> refused = new LinkedHashMap<>();
        List<OpcUaMonitoredItem> items = new ArrayList<>();
        for (NodePlan plan : plans) {
            Optional<NodeId> node = NodeText.resolve(plan.node(), namespaces);
            if (node.isPresent()) {
                items.add(item(plan, node.get()));
                monitored.put(plan.node(), node.get());
            } else {
                refused.put(plan.node(), new StatusCode(StatusCodes.Bad_NodeIdUnknown));
            }
        }
        subscription.addMonitoredItems(items);
        List<OpcUaMonitoredItem> unfiltered = new ArrayList<>();
        for (MonitoredItemServiceOperationResult result : create(subscription)) {
            StatusCode status = operation(result);
            if (status.isGood()) {
                continue;
            }
            OpcUaMonitoredItem item = result.monitoredItem();
            if (FILTER_REFUSED.contains(status.value()) && item.getFilter() != null) {
                unfiltered.add(item);
            } else {
                refuse(item, status, refused);
            }
        }
        for (OpcUaMonitoredItem item : unfiltered) {
            item.setFilter(null); // the hub applies the tag's deadband itself; the server's is only a saving
        }
        if (!unfiltered.isEmpty()) {
            for (MonitoredItemServiceOperationResult result : create(subscription)) {
                StatusCode status = operation(result);
                if (!status.isGood()) {
                    refuse(result.monitoredItem(), status, refused);
                }
            }
        }
        return refused;
    }

    /** The events of the server, over the same subscription. */
    EventItem events() {
        return events;
    }

    private void refuse(OpcUaMonitoredItem item, StatusCode status, Map<String, StatusCode> refused) {
        subscription.removeMonitoredItem(item);
        monitored.remove(node(item));
        refused.put(node(item), status);
    }

    /** Makes the items that are not made yet. @throws UaException when the server refused the call as a whole */
    static List<MonitoredItemServiceOperationResult> create(OpcUaSubscription subscription) throws UaException {
        List<MonitoredItemServiceOperationResult> results = subscription.createMonitoredItems();
        for (MonitoredItemServiceOperationResult result : results) {
            if (!result.serviceResult().isGood()) {
                throw new UaException(result.serviceResult());
            }
        }
        return results;
    }

    static StatusCode operation(MonitoredItemServiceOperationResult result) {
        return result.operationResult().orElseGet(result::serviceResult);
    }

    private OpcUaMonitoredItem item(NodePlan plan, NodeId node) {
        OpcUaMonitoredItem item = OpcUaMonitoredItem.newDataItem(node);
        item.setUserObject(plan.node());
        item.setSamplingInterval(plan.sampleEvery().toMillis());
        item.setQueueSize(uint(Math.max(1, file.queue())));
        item.setDiscardOldest(true);
        if (plan.deadband() > 0) {
            item.setFilter(new DataChangeFilter(
                    DataChangeTrigger.StatusValue, uint(DeadbandType.Absolute.getValue()), plan.deadband()));
        }
        return item;
    }

    private static List<String> nodes(List<OpcUaMonitoredItem> items) {
        String[] nodes = new String[items.size()];
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = node(items.get(i));
        }
        return Arrays.asList(nodes);
    }

    private static String node(OpcUaMonitoredItem item) {
        return (String) item.getUserObject().orElseThrow();
    }

    /** What was found out about the server before connecting. */
    Endpoints.Found server() {
        return found;
    }

    /** Completes with the reason when the subscription is gone and only a new connection helps. */
    CompletableFuture<String> lost() {
        return lost;
    }

    /** The session is away and Milo tries to resume it, with the same subscription; nothing arrives meanwhile. */
    boolean suspended() {
        return suspended;
    }

    /** Whether the server keeps more than the newest value of every node; OPC 10000-4 §5.13.1.5: one that does not says nothing. */
    boolean queues() {
        return subscription.getMonitoredItems().stream()
                .filter(item -> item.getUserObject().isPresent())
                .allMatch(item -> item.getRevisedQueueSize()
                        .map(size -> size.longValue() > 1)
                        .orElse(true));
    }

    /** How long the server keeps the subscription for us. */
    Duration lifetime() {
        double interval = subscription.getRevisedPublishingInterval().orElse(1000.0);
        long count =
                subscription.getRevisedLifetimeCount().map(Number::longValue).orElse(LIFETIME.toSeconds());
        return Duration.ofMillis((long) (interval * count));
    }

    /**
     * How long a healthy server may be silent: what was configured, but never less than three of the keep-alive
     * intervals it agreed to.
     */
    Duration patience() {
        double interval = subscription.getRevisedPublishingInterval().orElse(1000.0)
                * subscription
                        .getRevisedMaxKeepAliveCount()
                        .map(Number::longValue)
                        .orElse(10L);
        return Duration.ofMillis(Math.max(file.silentAfter().toMillis(), 3 * (long) interval));
    }

    /** µs by the server's clock, now; empty when it does not say. */
    Optional<Long> serverClock() throws UaException {
        DataValue value = client.readValue(0, TimestampsToReturn.Neither, NodeIds.Server_ServerStatus_CurrentTime);
        return value.value().value() instanceof DateTime time && !time.isNull()
                ? Optional.of(DataValues.micros(time))
                : Optional.empty();
    }

    /** Neither data nor keep-alive for longer than {@link #patience}. */
    boolean silent() {
        return System.nanoTime() - lastSign > patience().toNanos();
    }

    /** The server is well but we were held back: start the watch afresh. */
    void touch() {
        lastSign = System.nanoTime();
    }

    /** The raw values of the monitored nodes from the server's history; see {@link History#read}. */
    Map<String, StatusCode> history(long from, long to, History.Sink pages) throws UaException, InterruptedException {
        return new History(client).read(monitored, from, to, pages);
    }

    /** As above, of these nodes only. */
    Map<String, StatusCode> history(Collection<String> nodes, long from, long to, History.Sink pages)
            throws UaException, InterruptedException {
        Map<String, NodeId> some = new LinkedHashMap<>(monitored);
        some.keySet().retainAll(nodes);
        return new History(client).read(some, from, to, pages);
    }

    /** Reads the current value of every monitored node, in portions the server takes. */
    void readCurrent(Values into) throws UaException, InterruptedException {
        int portion = Portions.of(client.getOperationLimits().maxNodesPerRead(), NODES_PER_READ);
        List<Map.Entry<String, NodeId>> all = List.copyOf(monitored.entrySet());
        for (int at = 0; at < all.size(); at += portion) {
            List<Map.Entry<String, NodeId>> part = all.subList(at, Math.min(all.size(), at + portion));
            into.data(
                    part.stream().map(Map.Entry::getKey).toList(),
                    client.readValues(
                            0,
                            TimestampsToReturn.Both,
                            part.stream().map(Map.Entry::getValue).toList()));
        }
    }

    /** Runs behind every notification that was received before; afterwards nothing more reaches the sink. */
    void afterLast(Runnable task) throws InterruptedException {
        CompletionStage<Unit> done = subscription.getDeliveryQueue().submit(() -> {
            closed = true;
            task.run();
        });
        if (done == null) {
            closed = true;
            task.run();
            return;
        }
        try {
            done.toCompletableFuture().get();
        } catch (ExecutionException e) {
            log.warn("{}: could not finish the connection", file.id(), e.getCause());
        }
    }

    /** Ends session and channel, waiting a little; a server that does not answer is left alone. */
    void close() {
        closed = true;
        try {
            client.disconnectAsync().get(Math.min(3000, file.timeout().toMillis()), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.debug("{}: disconnect was not answered", file.id(), e);
        }
    }

    private final class SessionWatch implements SessionActivityListener {
        @Override
        public void onSessionActive(UaSession session) {
            touch();
            suspended = false;
        }

        @Override
        public void onSessionInactive(UaSession session) {
            suspended = true;
        }
    }

    private final class SubscriptionWatch implements OpcUaSubscription.SubscriptionListener {
        @Override
        public void onDataReceived(OpcUaSubscription s, List<OpcUaMonitoredItem> items, List<DataValue> values) {
            touch();
            if (closed) {
                return;
            }
            try {
                sink.data(nodes(items), values);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            touch();
        }

        @Override
        public void onEventReceived(OpcUaSubscription s, List<OpcUaMonitoredItem> items, List<Variant[]> fields) {
            touch();
            if (closed) {
                return;
            }
            try {
                sink.events(events.read(fields));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            touch();
        }

        @Override
        public void onKeepAliveReceived(OpcUaSubscription s) {
            touch();
            sink.keepAlive();
        }

        @Override
        public void onNotificationDataLost(OpcUaSubscription s) {
            if (closed) {
                return;
            }
            log.warn("{}: the server lost notifications before they could be sent again", file.id());
            try {
                sink.notificationsLost();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void onStatusChanged(OpcUaSubscription s, StatusCode status) {
            // OPC 10000-4 §7.25.4: Bad_Timeout means that the server deleted the subscription
            if (!status.isGood()) {
                lost.complete("the server ended the subscription: " + Endpoints.text(status));
            }
        }

        @Override
        public void onTransferFailed(OpcUaSubscription s, StatusCode status) {
            lost.complete("the subscription could not be moved to the new session: " + Endpoints.text(status));
        }
    }
}
