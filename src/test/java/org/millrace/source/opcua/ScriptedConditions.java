package org.millrace.source.opcua;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.eclipse.milo.opcua.sdk.server.OpcUaServer;
import org.eclipse.milo.opcua.sdk.server.model.objects.AlarmConditionTypeNode;
import org.eclipse.milo.opcua.sdk.server.model.objects.BaseEventTypeNode;
import org.eclipse.milo.opcua.sdk.server.model.objects.ConditionType;
import org.eclipse.milo.opcua.sdk.server.nodes.UaMethodNode;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.UaException;
import org.eclipse.milo.opcua.stack.core.types.builtin.ByteString;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UInteger;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned;

/** Alarm conditions of a scripted server: told as they change, and again by ConditionRefresh with their old EventIds. */
final class ScriptedConditions {
    /** One state of a condition; {@code branch} empty for the present one. */
    record State(
            String condition,
            String branch,
            String source,
            NodeId type,
            int severity,
            String message,
            boolean active,
            boolean acked,
            boolean retain,
            String eventId,
            DateTime time) {}

    private final OpcUaServer server;
    private final Map<String, State> retained = new LinkedHashMap<>();
    volatile int refreshes;
    volatile boolean refuseRefresh;

    ScriptedConditions(OpcUaServer server) {
        this.server = server;
        UaMethodNode method = (UaMethodNode) server.getAddressSpaceManager()
                .getManagedNode(NodeIds.ConditionType_ConditionRefresh)
                .orElseThrow();
        method.setInvocationHandler(new ConditionType.ConditionRefreshMethod(method) {
            @Override
            protected void invoke(InvocationContext context, UInteger subscription) throws UaException {
                refresh();
            }
        });
    }

    /** An alarm that needs someone is retained, as is an active one. */
    State alarm(String condition, String source, int severity, boolean active, boolean acked) {
        return tell(new State(
                condition,
                "",
                source,
                NodeIds.OffNormalAlarmType,
                severity,
                condition + (active ? " too high" : " normal"),
                active,
                acked,
                active || !acked,
                UUID.randomUUID().toString(),
                DateTime.now()));
    }

    synchronized State tell(State state) {
        keep(state);
        fire(state);
        return state;
    }

    /** What happens while nobody listens. */
    synchronized void keep(State state) {
        if (state.retain()) {
            retained.put(state.condition() + state.branch(), state);
        } else {
            retained.remove(state.condition() + state.branch());
        }
    }

    /** An event that is of no condition. */
    synchronized void message(String source, int severity, String message) {
        BaseEventTypeNode event = event(NodeIds.SystemEventType, "message", source);
        describe(event, source, severity, message, UUID.randomUUID().toString(), DateTime.now());
        send(event);
    }

    private synchronized void refresh() throws UaException {
        refreshes++;
        if (refuseRefresh) {
            throw new UaException(StatusCodes.Bad_NotSupported);
        }
        marker(NodeIds.RefreshStartEventType);
        retained.values().forEach(this::fire);
        marker(NodeIds.RefreshEndEventType);
    }

    private void marker(NodeId type) {
        BaseEventTypeNode event = event(type, "marker", "Server");
        describe(event, "Server", 100, "", UUID.randomUUID().toString(), DateTime.now());
        send(event);
    }

    private void fire(State state) {
        AlarmConditionTypeNode event = (AlarmConditionTypeNode) event(state.type(), state.condition(), state.source());
        describe(event, state.source(), state.severity(), state.message(), state.eventId(), state.time());
        event.setConditionName(state.condition());
        event.setBranchId(state.branch().isEmpty() ? NodeId.NULL_VALUE : NodeId.parse("ns=1;s=" + state.branch()));
        event.setRetain(state.retain());
        event.setActiveState(LocalizedText.english(state.active() ? "Active" : "Inactive"));
        event.getActiveStateNode().setId(state.active());
        event.setAckedState(LocalizedText.english(state.acked() ? "Acknowledged" : "Unacknowledged"));
        event.getAckedStateNode().setId(state.acked());
        event.setSuppressedOrShelved(false);
        send(event);
    }

    /** @param id the node is the condition: its id is the ConditionId */
    private BaseEventTypeNode event(NodeId type, String id, String source) {
        try {
            BaseEventTypeNode event = server.getEventFactory().createEvent(new NodeId(1, "condition." + id), type);
            event.setEventType(type);
            event.setSourceNode(new NodeId(1, source));
            return event;
        } catch (UaException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void describe(
            BaseEventTypeNode event, String source, int severity, String message, String id, DateTime time) {
        event.setBrowseName(new QualifiedName(1, source));
        event.setDisplayName(LocalizedText.english(source));
        event.setEventId(ByteString.of(id.getBytes(StandardCharsets.US_ASCII)));
        event.setSourceName(source);
        event.setTime(time);
        event.setReceiveTime(time);
        event.setMessage(LocalizedText.english(message));
        event.setSeverity(Unsigned.ushort(severity));
    }

    private void send(BaseEventTypeNode event) {
        server.getEventNotifier().fire(event);
        event.delete();
    }
}
