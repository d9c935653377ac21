package org.millrace.source.opcua;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.eclipse.milo.opcua.stack.core.AttributeId;
import org.eclipse.milo.opcua.stack.core.NamespaceTable;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.types.builtin.ByteString;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.structured.ContentFilter;
import org.eclipse.milo.opcua.stack.core.types.structured.ContentFilterElement;
import org.eclipse.milo.opcua.stack.core.types.structured.EventFilter;
import org.eclipse.milo.opcua.stack.core.types.structured.SimpleAttributeOperand;
import org.jspecify.annotations.Nullable;
import org.millrace.signal.Reading;

/**
 * What is asked of every event, and how the answer is read. Selected by the hub alone: a where clause would be the
 * server's to support, and differs between them.
 *
 * @see <a href="https://reference.opcfoundation.org/Core/Part4/v105/docs/7.22.3">OPC 10000-4 §7.22.3 EventFilter</a>
 */
final class EventFields {
    /** What every event has, in this order; the conditions' fields follow. */
    private static final List<SimpleAttributeOperand> BASE = List.of(
            value(NodeIds.BaseEventType, "EventId"),
            value(NodeIds.BaseEventType, "EventType"),
            value(NodeIds.BaseEventType, "SourceNode"),
            value(NodeIds.BaseEventType, "SourceName"),
            value(NodeIds.BaseEventType, "Time"),
            value(NodeIds.BaseEventType, "Message"),
            value(NodeIds.BaseEventType, "Severity"));

    private static final List<SimpleAttributeOperand> CONDITION = List.of(
            // OPC 10000-9 §5.5.2.13: the ConditionId is the NodeId attribute of an empty path
            new SimpleAttributeOperand(NodeIds.ConditionType, new QualifiedName[0], AttributeId.NodeId.uid(), null),
            value(NodeIds.ConditionType, "ConditionName"),
            value(NodeIds.ConditionType, "BranchId"),
            value(NodeIds.ConditionType, "Retain"),
            value(NodeIds.AlarmConditionType, "ActiveState", "Id"),
            value(NodeIds.AcknowledgeableConditionType, "AckedState", "Id"),
            value(NodeIds.AcknowledgeableConditionType, "ConfirmedState", "Id"),
            value(NodeIds.AlarmConditionType, "SuppressedOrShelved"));

    private EventFields() {}

    private static SimpleAttributeOperand value(NodeId type, String... path) {
        return new SimpleAttributeOperand(
                type,
                Arrays.stream(path).map(name -> new QualifiedName(0, name)).toArray(QualifiedName[]::new),
                AttributeId.Value.uid(),
                null);
    }

    /** @param conditions false for a server that does not know conditions at all */
    static EventFilter filter(boolean conditions) {
        List<SimpleAttributeOperand> all = new ArrayList<>(BASE);
        if (conditions) {
            all.addAll(CONDITION);
        }
        return new EventFilter(
                all.toArray(new SimpleAttributeOperand[0]), new ContentFilter(new ContentFilterElement[0]));
    }

    static ServerEvent event(Variant[] fields, NamespaceTable namespaces) {
        Fields all = new Fields(fields, namespaces);
        int at = BASE.size();
        return new ServerEvent(
                all.get(0) instanceof ByteString id ? HexFormat.of().formatHex(id.bytesOrEmpty()) : "",
                all.node(1),
                all.node(2),
                all.text(3),
                all.get(4) instanceof DateTime time ? DataValues.micros(time) : Reading.NO_TIME,
                all.text(5),
                all.get(6) instanceof Number severity ? severity.intValue() : 0,
                all.node(at),
                all.text(at + 1),
                all.node(at + 2),
                all.flag(at + 3).orElse(false),
                all.flag(at + 4),
                all.flag(at + 5),
                all.flag(at + 6),
                all.flag(at + 7));
    }

    private record Fields(Variant[] values, NamespaceTable namespaces) {
        @Nullable
        Object get(int i) {
            return i < values.length ? values[i].value() : null;
        }

        String node(int i) {
            return get(i) instanceof NodeId node && node.isNotNull() ? NodeText.of(node, namespaces) : "";
        }

        String text(int i) {
            Object value = get(i);
            Object text = value instanceof LocalizedText localized ? localized.text() : value;
            return text instanceof String words ? words : "";
        }

        Optional<Boolean> flag(int i) {
            return get(i) instanceof Boolean flag ? Optional.of(flag) : Optional.empty();
        }
    }
}
