package org.millrace.source.opcua;

import static org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned.uint;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.milo.opcua.sdk.core.AccessLevel;
import org.eclipse.milo.opcua.sdk.core.Reference;
import org.eclipse.milo.opcua.sdk.server.EndpointConfig;
import org.eclipse.milo.opcua.sdk.server.ManagedNamespaceWithLifecycle;
import org.eclipse.milo.opcua.sdk.server.OpcUaServer;
import org.eclipse.milo.opcua.sdk.server.OpcUaServerConfig;
import org.eclipse.milo.opcua.sdk.server.OpcUaServerConfigLimits;
import org.eclipse.milo.opcua.sdk.server.Session;
import org.eclipse.milo.opcua.sdk.server.identity.AnonymousIdentityValidator;
import org.eclipse.milo.opcua.sdk.server.identity.CompositeValidator;
import org.eclipse.milo.opcua.sdk.server.identity.UsernameIdentityValidator;
import org.eclipse.milo.opcua.sdk.server.identity.X509IdentityValidator;
import org.eclipse.milo.opcua.sdk.server.items.DataItem;
import org.eclipse.milo.opcua.sdk.server.items.MonitoredItem;
import org.eclipse.milo.opcua.sdk.server.nodes.UaNode;
import org.eclipse.milo.opcua.sdk.server.nodes.UaVariableNode;
import org.eclipse.milo.opcua.sdk.server.subscriptions.Subscription;
import org.eclipse.milo.opcua.sdk.server.util.SubscriptionModel;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.security.CertificateStore;
import org.eclipse.milo.opcua.stack.core.security.CertificateValidator;
import org.eclipse.milo.opcua.stack.core.security.DefaultApplicationGroup;
import org.eclipse.milo.opcua.stack.core.security.DefaultCertificateManager;
import org.eclipse.milo.opcua.stack.core.security.MemoryCertificateQuarantine;
import org.eclipse.milo.opcua.stack.core.security.MemoryCertificateStore;
import org.eclipse.milo.opcua.stack.core.security.MemoryTrustListManager;
import org.eclipse.milo.opcua.stack.core.security.RsaSha256CertificateFactory;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.types.builtin.ByteString;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExtensionObject;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UInteger;
import org.eclipse.milo.opcua.stack.core.types.enumerated.MessageSecurityMode;
import org.eclipse.milo.opcua.stack.core.types.enumerated.TimestampsToReturn;
import org.eclipse.milo.opcua.stack.core.types.enumerated.UserTokenType;
import org.eclipse.milo.opcua.stack.core.types.structured.EUInformation;
import org.eclipse.milo.opcua.stack.core.types.structured.HistoryData;
import org.eclipse.milo.opcua.stack.core.types.structured.HistoryReadDetails;
import org.eclipse.milo.opcua.stack.core.types.structured.HistoryReadResult;
import org.eclipse.milo.opcua.stack.core.types.structured.HistoryReadValueId;
import org.eclipse.milo.opcua.stack.core.types.structured.Range;
import org.eclipse.milo.opcua.stack.core.types.structured.ReadRawModifiedDetails;
import org.eclipse.milo.opcua.stack.core.types.structured.UserTokenPolicy;
import org.eclipse.milo.opcua.stack.transport.server.tcp.OpcTcpServerTransport;
import org.eclipse.milo.opcua.stack.transport.server.tcp.OpcTcpServerTransportConfig;
import org.jspecify.annotations.Nullable;

/**
 * A real server that does on command what servers in plants do on their own: it drops subscriptions, keeps history, has
 * small limits, changes its certificate, comes back with other namespaces.
 */
final class ScriptedServer implements AutoCloseable {
    static final String URI = "urn:test:plant";
    static final String USER = "hub";
    static final String PASSWORD = "correct horse";

    /** History of a plant: it outlives the server, as a historian's disk does. */
    static final class Recorder {
        private final Map<String, NavigableMap<Long, DataValue>> values = new ConcurrentHashMap<>();
        volatile int calls;
        /** µs, the earliest anybody asked for. */
        volatile long earliest = Long.MAX_VALUE;

        void record(String name, DataValue value) {
            NavigableMap<Long, DataValue> all = values.computeIfAbsent(name, n -> new TreeMap<>());
            synchronized (all) {
                all.put(DataValues.time(value), value);
            }
        }

        private List<DataValue> between(String name, long from, long to) {
            NavigableMap<Long, DataValue> all = values.getOrDefault(name, new TreeMap<>());
            synchronized (all) {
                return List.copyOf(all.subMap(from, true, to, true).values());
            }
        }
    }

    static final class Setup {
        int port;
        List<String> namespaces = List.of(URI);
        Map<String, Variant> variables = new LinkedHashMap<>();
        Map<String, DataValue> initial = Map.of();
        Set<SecurityPolicy> policies = Set.of(SecurityPolicy.None);
        TestCertificates.@Nullable Keyed certificate;
        List<X509Certificate> issuers = List.of();
        boolean anonymous = true;
        boolean encryptPasswords;

        @Nullable
        X509Certificate userCertificate;

        @Nullable
        Recorder recorder;

        int maxItemsPerCall = 10_000;
        int historyPage = 100_000;

        Setup(int port) {
            this.port = port;
        }

        Setup with(String name, Object value) {
            variables.put(name, new Variant(value));
            return this;
        }

        Setup secure(TestCertificates.Keyed keyed, SecurityPolicy... some) {
            certificate = keyed;
            policies = new LinkedHashSet<>(List.of(some));
            return this;
        }
    }

    private final OpcUaServer server;
    private final Variables variables;
    private final Setup setup;
    private final ScriptedConditions conditions;
    private boolean closed;

    ScriptedServer(Setup setup) throws Exception {
        this.setup = setup;
        OpcUaServerConfig config = OpcUaServerConfig.builder()
                .setApplicationUri(TestCertificates.SERVER_URI)
                .setApplicationName(LocalizedText.english("Scripted"))
                .setProductUri("urn:test:product")
                .setCertificateManager(certificates())
                .setIdentityValidator(new CompositeValidator(
                        setup.anonymous
                                ? AnonymousIdentityValidator.INSTANCE
                                : new UsernameIdentityValidator(challenge -> false),
                        new UsernameIdentityValidator(
                                challenge -> challenge.getUsername().equals(USER)
                                        && challenge.getPassword().equals(PASSWORD)),
                        new X509IdentityValidator(shown -> shown.equals(setup.userCertificate))))
                .setEndpoints(endpoints())
                .setLimits(new OpcUaServerConfigLimits() {
                    @Override
                    public UInteger getMaxMonitoredItemsPerCall() {
                        return uint(setup.maxItemsPerCall);
                    }
                })
                .build();
        server = new OpcUaServer(
                config,
                profile -> new OpcTcpServerTransport(
                        OpcTcpServerTransportConfig.newBuilder().build()));
        setup.namespaces.subList(0, setup.namespaces.size() - 1).forEach(server.getNamespaceTable()::add);
        variables = new Variables(server, setup);
        variables.startup();
        conditions = new ScriptedConditions(server);
        server.startup().get(20, TimeUnit.SECONDS);
    }

    private DefaultCertificateManager certificates() throws Exception {
        TestCertificates.Keyed keyed = setup.certificate;
        if (keyed == null) {
            return new DefaultCertificateManager(new MemoryCertificateQuarantine());
        }
        List<X509Certificate> chain = new ArrayList<>(List.of(keyed.certificate()));
        chain.addAll(setup.issuers);
        MemoryCertificateStore store = new MemoryCertificateStore();
        store.set(
                NodeIds.RsaSha256ApplicationCertificateType,
                new CertificateStore.Entry(keyed.keys().getPrivate(), chain.toArray(new X509Certificate[0])));
        DefaultApplicationGroup group = DefaultApplicationGroup.createAndInitialize(
                new MemoryTrustListManager(),
                store,
                new RsaSha256CertificateFactory() {
                    @Override
                    protected X509Certificate[] createRsaSha256CertificateChain(java.security.KeyPair pair) {
                        throw new IllegalStateException("the store has one");
                    }
                },
                new CertificateValidator.InsecureCertificateValidator());
        return new DefaultCertificateManager(new MemoryCertificateQuarantine(), group);
    }

    private Set<EndpointConfig> endpoints() {
        Set<EndpointConfig> endpoints = new LinkedHashSet<>();
        List<UserTokenPolicy> users = new ArrayList<>();
        if (setup.anonymous) {
            users.add(OpcUaServerConfig.USER_TOKEN_POLICY_ANONYMOUS);
        }
        users.add(
                setup.encryptPasswords
                        ? new UserTokenPolicy(
                                "encrypted", UserTokenType.UserName, null, null, SecurityPolicy.Basic256Sha256.getUri())
                        : OpcUaServerConfig.USER_TOKEN_POLICY_USERNAME);
        users.add(OpcUaServerConfig.USER_TOKEN_POLICY_X509);
        for (SecurityPolicy policy : setup.policies) {
            for (MessageSecurityMode mode : policy == SecurityPolicy.None
                    ? List.of(MessageSecurityMode.None)
                    : List.of(MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt)) {
                endpoints.add(endpoint("/plant", policy, mode, users));
            }
        }
        if (!setup.policies.contains(SecurityPolicy.None)) { // OPC 10000-4 §5.5.4: endpoints are told without security
            endpoints.add(endpoint(
                    "/plant/discovery",
                    SecurityPolicy.None,
                    MessageSecurityMode.None,
                    List.of(OpcUaServerConfig.USER_TOKEN_POLICY_ANONYMOUS)));
        }
        return endpoints;
    }

    private EndpointConfig endpoint(
            String path, SecurityPolicy policy, MessageSecurityMode mode, List<UserTokenPolicy> users) {
        EndpointConfig.Builder builder = EndpointConfig.newBuilder()
                .setBindAddress("127.0.0.1")
                .setHostname("127.0.0.1")
                .setBindPort(setup.port)
                .setPath(path)
                .setSecurityPolicy(policy)
                .setSecurityMode(mode)
                .addTokenPolicies(users.toArray(new UserTokenPolicy[0]));
        Optional.ofNullable(setup.certificate).ifPresent(keyed -> builder.setCertificate(keyed.certificate()));
        return builder.build();
    }

    /** Sets a variable, and records it when there is a recorder. */
    void set(String name, DataValue value) {
        variables.nodes.get(name).setValue(value);
        Recorder recorder = setup.recorder;
        if (recorder != null) {
            recorder.record(name, value);
        }
    }

    void set(String name, Object value) {
        set(name, new DataValue(new Variant(value)));
    }

    /** The conditions of this server. */
    ScriptedConditions conditions() {
        return conditions;
    }

    List<Session> sessions() {
        return server.getSessionManager().getAllSessions();
    }

    int subscriptions() {
        return server.getSubscriptions().size();
    }

    /** Forgets all subscriptions without a word; the sessions stay. */
    void dropSubscriptionsSilently() {
        for (Session session : sessions()) {
            for (Subscription subscription :
                    List.copyOf(session.getSubscriptionManager().getSubscriptions())) {
                session.getSubscriptionManager().removeSubscription(subscription.getId());
                server.getSubscriptions().remove(subscription.getId());
                subscription.deleteSubscription();
            }
        }
    }

    void killSessions(boolean deleteSubscriptions) {
        sessions().forEach(s -> server.getSessionManager().killSession(s.getSessionId(), deleteSubscriptions));
    }

    /** Adds EngineeringUnits and EURange to a variable; {@code unitId} as UNECE codes are numbered. */
    void describe(String name, int unitId, String unit, double low, double high) {
        UaVariableNode node = variables.nodes.get(name);
        variables.property(
                node,
                "EngineeringUnits",
                NodeIds.EUInformation,
                new EUInformation(
                        "http://www.opcfoundation.org/UA/units/un/cefact",
                        unitId,
                        LocalizedText.english(unit),
                        LocalizedText.english(unit)));
        variables.property(node, "EURange", NodeIds.Range, new Range(low, high));
    }

    @Override
    public void close() throws Exception {
        if (closed) {
            return;
        }
        closed = true;
        server.shutdown().get(20, TimeUnit.SECONDS);
        variables.shutdown();
    }

    private static final class Variables extends ManagedNamespaceWithLifecycle {
        private final Map<String, UaVariableNode> nodes = new LinkedHashMap<>();
        private final SubscriptionModel subscriptions;
        private final OpcUaServer server;
        private final Setup setup;

        Variables(OpcUaServer server, Setup setup) {
            super(server, setup.namespaces.getLast());
            this.server = server;
            this.setup = setup;
            subscriptions = new SubscriptionModel(server, this);
            getLifecycleManager().addLifecycle(subscriptions);
            setup.variables.forEach((name, value) -> nodes.put(name, add(name, value)));
        }

        private UaVariableNode add(String name, Variant value) {
            NodeId type = value.getDataTypeId()
                    .flatMap(id -> id.toNodeId(server.getNamespaceTable()))
                    .orElse(NodeIds.BaseDataType);
            Set<AccessLevel> access = setup.recorder == null
                    ? AccessLevel.READ_ONLY
                    : Set.of(AccessLevel.CurrentRead, AccessLevel.HistoryRead);
            UaVariableNode node = new UaVariableNode.UaVariableNodeBuilder(getNodeContext())
                    .setNodeId(newNodeId(name))
                    .setBrowseName(newQualifiedName(name))
                    .setDisplayName(LocalizedText.english(name))
                    .setDataType(type)
                    .setTypeDefinition(NodeIds.BaseDataVariableType)
                    .setAccessLevel(access)
                    .setUserAccessLevel(access)
                    .setMinimumSamplingInterval(10.0)
                    .setValue(setup.initial.getOrDefault(name, new DataValue(value)))
                    .build();
            node.addReference(new Reference(
                    node.getNodeId(),
                    NodeIds.Organizes,
                    NodeIds.ObjectsFolder.expanded(),
                    Reference.Direction.INVERSE));
            getNodeManager().addNode(node);
            return node;
        }

        private void property(
                UaVariableNode node,
                String name,
                NodeId type,
                org.eclipse.milo.opcua.stack.core.types.UaStructuredType value) {
            UaVariableNode property = new UaVariableNode.UaVariableNodeBuilder(getNodeContext())
                    .setNodeId(newNodeId(node.getNodeId().getIdentifier() + "." + name))
                    .setBrowseName(new org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName(0, name))
                    .setDisplayName(LocalizedText.english(name))
                    .setDataType(type)
                    .setTypeDefinition(NodeIds.PropertyType)
                    .setAccessLevel(AccessLevel.READ_ONLY)
                    .setUserAccessLevel(AccessLevel.READ_ONLY)
                    .setValue(new DataValue(
                            new Variant(ExtensionObject.encode(server.getStaticEncodingContext(), value))))
                    .build();
            getNodeManager().addNode(property);
            UaNode owner = node;
            owner.addReference(new Reference(
                    owner.getNodeId(),
                    NodeIds.HasProperty,
                    property.getNodeId().expanded(),
                    Reference.Direction.FORWARD));
        }

        @Override
        public List<HistoryReadResult> historyRead(
                HistoryReadContext context,
                HistoryReadDetails details,
                TimestampsToReturn timestamps,
                List<HistoryReadValueId> ids) {
            Recorder recorder = setup.recorder;
            if (recorder == null || !(details instanceof ReadRawModifiedDetails raw)) {
                return super.historyRead(context, details, timestamps, ids);
            }
            synchronized (recorder) {
                recorder.calls++;
                recorder.earliest = Math.min(recorder.earliest, DataValues.micros(raw.getStartTime()));
            }
            return ids.stream().map(id -> page(recorder, raw, id)).toList();
        }

        /** A continuation point is the time to go on from, in text. */
        private HistoryReadResult page(Recorder recorder, ReadRawModifiedDetails raw, HistoryReadValueId id) {
            String name = String.valueOf(id.getNodeId().getIdentifier());
            if (!nodes.containsKey(name)) {
                return new HistoryReadResult(
                        new StatusCode(StatusCodes.Bad_NodeIdUnknown), ByteString.NULL_VALUE, null);
            }
            ByteString point = id.getContinuationPoint();
            long from = point != null && point.isNotNull() && point.length() > 0
                    ? Long.parseLong(new String(point.bytesOrEmpty(), java.nio.charset.StandardCharsets.US_ASCII))
                    : DataValues.micros(raw.getStartTime());
            List<DataValue> all = recorder.between(name, from, DataValues.micros(raw.getEndTime()));
            int most = Math.min(setup.historyPage, raw.getNumValuesPerNode().intValue());
            List<DataValue> page = all.size() > most ? all.subList(0, most) : all;
            ByteString next = all.size() > most
                    ? ByteString.of(Long.toString(DataValues.time(all.get(most)))
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                    : ByteString.NULL_VALUE;
            return new HistoryReadResult(
                    StatusCode.GOOD,
                    next,
                    ExtensionObject.encode(
                            server.getStaticEncodingContext(), new HistoryData(page.toArray(new DataValue[0]))));
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
