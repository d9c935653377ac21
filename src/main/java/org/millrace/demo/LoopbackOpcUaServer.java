package org.millrace.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.milo.opcua.sdk.core.AccessLevel;
import org.eclipse.milo.opcua.sdk.core.Reference;
import org.eclipse.milo.opcua.sdk.server.EndpointConfig;
import org.eclipse.milo.opcua.sdk.server.ManagedNamespaceWithLifecycle;
import org.eclipse.milo.opcua.sdk.server.OpcUaServer;
import org.eclipse.milo.opcua.sdk.server.OpcUaServerConfig;
import org.eclipse.milo.opcua.sdk.server.identity.AnonymousIdentityValidator;
import org.eclipse.milo.opcua.sdk.server.items.DataItem;
import org.eclipse.milo.opcua.sdk.server.items.MonitoredItem;
import org.eclipse.milo.opcua.sdk.server.nodes.UaVariableNode;
import org.eclipse.milo.opcua.sdk.server.util.SubscriptionModel;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.security.DefaultCertificateManager;
import org.eclipse.milo.opcua.stack.core.security.MemoryCertificateQuarantine;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.enumerated.MessageSecurityMode;
import org.eclipse.milo.opcua.stack.transport.server.tcp.OpcTcpServerTransport;
import org.eclipse.milo.opcua.stack.transport.server.tcp.OpcTcpServerTransportConfig;

/**
 * A real OPC UA server on 127.0.0.1: policy None, anonymous, a flat list of variables in the last of its namespaces.
 * Started once; a restart is a new object on the same port, as a device's reboot is.
 */
public final class LoopbackOpcUaServer implements AutoCloseable {
    private final OpcUaServer server;
    private final Variables variables;
    private final int port;

    /**
     * @param namespaces URIs in index order; the variables live in the last
     * @param initial data type and first value by identifier
     */
    public LoopbackOpcUaServer(int port, List<String> namespaces, Map<String, Variable> initial) {
        this.port = port;
        EndpointConfig endpoint = EndpointConfig.newBuilder()
                .setBindAddress("127.0.0.1")
                .setHostname("127.0.0.1")
                .setBindPort(port)
                .setPath("/plant")
                .setSecurityPolicy(SecurityPolicy.None)
                .setSecurityMode(MessageSecurityMode.None)
                .addTokenPolicy(OpcUaServerConfig.USER_TOKEN_POLICY_ANONYMOUS)
                .build();
        OpcUaServerConfig config = OpcUaServerConfig.builder()
                .setApplicationUri("urn:millrace:demo:opcua")
                .setApplicationName(LocalizedText.english("Millrace demo plant"))
                .setProductUri("urn:millrace:demo")
                .setCertificateManager(new DefaultCertificateManager(new MemoryCertificateQuarantine()))
                .setIdentityValidator(AnonymousIdentityValidator.INSTANCE)
                .setEndpoints(Set.of(endpoint))
                .build();
        server = new OpcUaServer(
                config,
                profile -> new OpcTcpServerTransport(
                        OpcTcpServerTransportConfig.newBuilder().build()));
        namespaces.subList(0, namespaces.size() - 1).forEach(server.getNamespaceTable()::add);
        variables = new Variables(server, namespaces.getLast(), initial);
    }

    /** @param type e.g. {@link NodeIds#Double} */
    public record Variable(NodeId type, DataValue value) {}

    /** Binds the port. */
    public void start() throws IOException {
        variables.startup();
        await(server.startup(), "start");
    }

    public String endpoint() {
        return "opc.tcp://127.0.0.1:" + port + "/plant";
    }

    /** Sets a variable; every subscriber sees it at its own sampling interval. */
    public void set(String identifier, DataValue value) {
        UaVariableNode node = variables.nodes.get(identifier);
        if (node == null) {
            throw new IllegalArgumentException("no variable " + identifier);
        }
        node.setValue(value);
    }

    /** Ends every session, as a server does that is switched off in order. */
    @Override
    public void close() {
        try {
            await(server.shutdown(), "stop");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } finally {
            variables.shutdown();
        }
    }

    private void await(java.util.concurrent.CompletableFuture<?> future, String what) throws IOException {
        try {
            future.get(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the server on port " + port + " was to " + what, e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the OPC UA server on port " + port + " did not " + what, e);
        }
    }

    private static final class Variables extends ManagedNamespaceWithLifecycle {
        private final Map<String, UaVariableNode> nodes = new LinkedHashMap<>();
        private final SubscriptionModel subscriptions;

        Variables(OpcUaServer server, String uri, Map<String, Variable> initial) {
            super(server, uri);
            subscriptions = new SubscriptionModel(server, this);
            getLifecycleManager().addLifecycle(subscriptions);
            initial.forEach((identifier, variable) -> nodes.put(identifier, add(identifier, variable)));
        }

        private UaVariableNode add(String identifier, Variable variable) {
            UaVariableNode node = new UaVariableNode.UaVariableNodeBuilder(getNodeContext())
                    .setNodeId(newNodeId(identifier))
                    .setBrowseName(newQualifiedName(identifier))
                    .setDisplayName(LocalizedText.english(identifier))
                    .setDataType(variable.type())
                    .setTypeDefinition(NodeIds.BaseDataVariableType)
                    .setAccessLevel(AccessLevel.READ_ONLY)
                    .setUserAccessLevel(AccessLevel.READ_ONLY)
                    .setMinimumSamplingInterval(10.0)
                    .setValue(variable.value())
                    .build();
            node.addReference(new Reference(
                    node.getNodeId(),
                    NodeIds.Organizes,
                    NodeIds.ObjectsFolder.expanded(),
                    Reference.Direction.INVERSE));
            getNodeManager().addNode(node);
            return node;
        }

        @Override
        public void onDataItemsCreated(List<DataItem> items) {
            subscriptions.onDataItemsCreated(new ArrayList<>(items));
        }

        @Override
        public void onDataItemsModified(List<DataItem> items) {
            subscriptions.onDataItemsModified(items);
        }

        @Override
        public void onDataItemsDeleted(List<DataItem> items) {
            subscriptions.onDataItemsDeleted(items);
        }

        @Override
        public void onMonitoringModeChanged(List<MonitoredItem> items) {
            subscriptions.onMonitoringModeChanged(items);
        }
    }
}
