package org.millrace.bench;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.milo.opcua.sdk.core.AccessLevel;
import org.eclipse.milo.opcua.sdk.server.EndpointConfig;
import org.eclipse.milo.opcua.sdk.server.ManagedNamespaceWithLifecycle;
import org.eclipse.milo.opcua.sdk.server.OpcUaServer;
import org.eclipse.milo.opcua.sdk.server.OpcUaServerConfig;
import org.eclipse.milo.opcua.sdk.server.identity.AnonymousIdentityValidator;
import org.eclipse.milo.opcua.sdk.server.items.DataItem;
import org.eclipse.milo.opcua.sdk.server.items.MonitoredItem;
import org.eclipse.milo.opcua.sdk.server.nodes.UaVariableNode;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.security.DefaultCertificateManager;
import org.eclipse.milo.opcua.stack.core.security.MemoryCertificateQuarantine;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.enumerated.MessageSecurityMode;
import org.eclipse.milo.opcua.stack.transport.server.tcp.OpcTcpServerTransport;
import org.eclipse.milo.opcua.stack.transport.server.tcp.OpcTcpServerTransportConfig;

/**
 * A server whose variables count: each value is handed to every monitored item when it changes, so none is lost to
 * sampling, and what a client does not get it has lost itself.
 */
final class OpcUaBenchServer extends ManagedNamespaceWithLifecycle {
    static final String URI = "urn:millrace:bench";

    private final Map<Integer, Map<DataItem, DataItem>> items = new ConcurrentHashMap<>();

    private OpcUaBenchServer(OpcUaServer server) {
        super(server, URI);
        for (int i = 0; i < OpcUaBench.SLOW + OpcUaBench.FAST; i++) {
            UaVariableNode node = new UaVariableNode.UaVariableNodeBuilder(getNodeContext())
                    .setNodeId(newNodeId(name(i)))
                    .setBrowseName(newQualifiedName(name(i)))
                    .setDisplayName(LocalizedText.english(name(i)))
                    .setDataType(NodeIds.Int64)
                    .setTypeDefinition(NodeIds.BaseDataVariableType)
                    .setAccessLevel(AccessLevel.READ_ONLY)
                    .setUserAccessLevel(AccessLevel.READ_ONLY)
                    .setMinimumSamplingInterval(0.0)
                    .setValue(new DataValue(new Variant(0L)))
                    .build();
            getNodeManager().addNode(node);
            items.put(i, new ConcurrentHashMap<>());
        }
    }

    static String name(int i) {
        return "Line.Machine" + i / 100 + ".Signal" + i;
    }

    private static int index(DataItem item) {
        String name = String.valueOf(item.getReadValueId().getNodeId().getIdentifier());
        return Integer.parseInt(name.substring(name.lastIndexOf("Signal") + "Signal".length()));
    }

    /** Says one line when it is up, and runs until it is ended. */
    static void run(int port) throws Exception {
        EndpointConfig endpoint = EndpointConfig.newBuilder()
                .setBindAddress("127.0.0.1")
                .setHostname("127.0.0.1")
                .setBindPort(port)
                .setPath("/plant")
                .setSecurityPolicy(SecurityPolicy.None)
                .setSecurityMode(MessageSecurityMode.None)
                .addTokenPolicy(OpcUaServerConfig.USER_TOKEN_POLICY_ANONYMOUS)
                .build();
        OpcUaServer server = new OpcUaServer(
                OpcUaServerConfig.builder()
                        .setApplicationUri("urn:millrace:bench:server")
                        .setApplicationName(LocalizedText.english("Millrace bench"))
                        .setProductUri("urn:millrace:bench")
                        .setCertificateManager(new DefaultCertificateManager(new MemoryCertificateQuarantine()))
                        .setIdentityValidator(AnonymousIdentityValidator.INSTANCE)
                        .setEndpoints(Set.of(endpoint))
                        .build(),
                profile -> new OpcTcpServerTransport(
                        OpcTcpServerTransportConfig.newBuilder().build()));
        OpcUaBenchServer variables = new OpcUaBenchServer(server);
        variables.startup();
        server.startup().get(20, TimeUnit.SECONDS);
        variables.count();
        System.out.println("up");
        Thread.currentThread().join();
    }

    /** In ten portions a second: what changes once a second does not change all at once. */
    private void count() {
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        long[] tick = new long[1];
        clock.scheduleAtFixedRate(
                () -> {
                    long n = tick[0]++;
                    DateTime now = DateTime.now();
                    for (int i = (int) (n % 10); i < OpcUaBench.SLOW; i += 10) {
                        set(i, n / 10, now);
                    }
                    for (int i = OpcUaBench.SLOW; i < OpcUaBench.SLOW + OpcUaBench.FAST; i++) {
                        set(i, n, now);
                    }
                },
                100,
                100,
                TimeUnit.MILLISECONDS);
    }

    private void set(int item, long value, DateTime time) {
        Map<DataItem, DataItem> all = items.getOrDefault(item, Map.of());
        if (!all.isEmpty()) {
            DataValue data = new DataValue(new Variant(value), StatusCode.GOOD, time, time);
            all.keySet().forEach(one -> one.setValue(data));
        }
    }

    @Override
    public void onDataItemsCreated(List<DataItem> created) {
        created.forEach(item -> items.get(index(item)).put(item, item));
    }

    @Override
    public void onDataItemsModified(List<DataItem> modified) {}

    @Override
    public void onDataItemsDeleted(List<DataItem> deleted) {
        deleted.forEach(item -> items.get(index(item)).remove(item));
    }

    @Override
    public void onMonitoringModeChanged(List<MonitoredItem> changed) {}
}
