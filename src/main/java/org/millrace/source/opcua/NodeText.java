package org.millrace.source.opcua;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.milo.opcua.stack.core.NamespaceTable;
import org.eclipse.milo.opcua.stack.core.OpcUaDataType;
import org.eclipse.milo.opcua.stack.core.UaRuntimeException;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExpandedNodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UInteger;

/**
 * A node as an asset file names it: {@code nsu=<uri>;s=<id>} (or {@code i=}, {@code g=}, {@code b=}); a node of the
 * standard namespace may leave the URI out. Namespace <em>indices</em> are refused: they move when a server restarts.
 *
 * @see <a href="https://reference.opcfoundation.org/Core/Part6/v105/docs/5.1.12">OPC 10000-6 §5.1.12 NodeId text</a>
 */
final class NodeText {
    private static final Pattern INDEXED = Pattern.compile("ns=\\s*[1-9][0-9]*\\s*;.*", Pattern.DOTALL);

    private NodeText() {}

    /** What is wrong with the text, in a sentence; empty when it is a node id. */
    static Optional<String> problem(String text) {
        if (INDEXED.matcher(text).matches()) {
            return Optional.of("'" + text + "' names a namespace by index, which moves when the server restarts;"
                    + " write nsu=<namespace uri>;… instead");
        }
        return parse(text).isPresent()
                ? Optional.empty()
                : Optional.of("'" + text + "' is not a node id; write nsu=<namespace uri>;s=<name> (or i=, g=, b=)");
    }

    /** The node in one session; empty when the text is wrong or the server does not have the namespace now. */
    static Optional<NodeId> resolve(String text, NamespaceTable namespaces) {
        return problem(text).isPresent() ? Optional.empty() : parse(text).flatMap(node -> node.toNodeId(namespaces));
    }

    /** As an asset file names it, valid in every session. */
    static String of(NodeId node, NamespaceTable namespaces) {
        String text = node.toParseableString();
        String uri = namespaces.get(node.getNamespaceIndex());
        return node.getNamespaceIndex().intValue() == 0 || uri == null
                ? text
                : "nsu=" + uri + text.substring(text.indexOf(';'));
    }

    /** {@code Double} for the type of that name; empty for a type of the server's own. */
    static Optional<String> builtIn(NodeId type) {
        return type.getNamespaceIndex().intValue() == 0 && type.getIdentifier() instanceof UInteger number
                ? Arrays.stream(OpcUaDataType.values())
                        .filter(one -> one.getTypeId() == number.intValue())
                        .map(OpcUaDataType::name)
                        .findFirst()
                : Optional.empty();
    }

    private static Optional<ExpandedNodeId> parse(String text) {
        try {
            return Optional.of(ExpandedNodeId.parse(text)).filter(ExpandedNodeId::isNotNull);
        } catch (UaRuntimeException e) {
            return Optional.empty();
        }
    }
}
