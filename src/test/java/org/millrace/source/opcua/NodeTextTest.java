package org.millrace.source.opcua;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.eclipse.milo.opcua.stack.core.NamespaceTable;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.junit.jupiter.api.Test;

class NodeTextTest {
    private final NamespaceTable namespaces = new NamespaceTable();

    @Test
    void everyKindOfIdentifierIsResolvedByNamespaceUri() {
        namespaces.add("urn:other");
        namespaces.add("urn:acme:press");
        int index = namespaces.getIndex("urn:acme:press").intValue();
        UUID guid = UUID.fromString("09087e75-8e5e-499b-954f-f2a9603db28a");

        assertThat(NodeText.resolve("nsu=urn:acme:press;s=P1.TBear", namespaces))
                .contains(new NodeId(index, "P1.TBear"));
        assertThat(NodeText.resolve("nsu=urn:acme:press;i=42", namespaces)).contains(new NodeId(index, 42));
        assertThat(NodeText.resolve("nsu=urn:acme:press;g=" + guid, namespaces)).contains(new NodeId(index, guid));
        assertThat(NodeText.resolve("i=2258", namespaces)).contains(new NodeId(0, 2258));
        assertThat(NodeText.problem("nsu=urn:acme:press;b=M/RbKBsRVkePCePcx24oRA=="))
                .isEmpty();
    }

    @Test
    void aNamespaceTheServerDoesNotHaveResolvesToNothing() {
        assertThat(NodeText.resolve("nsu=urn:gone;s=x", namespaces)).isEmpty();
    }

    @Test
    void indicesAndNonsenseAreRefusedWithWhatToWriteInstead() {
        assertThat(NodeText.problem("ns=2;s=P1.TBear"))
                .hasValueSatisfying(p ->
                        assertThat(p).contains("moves when the server restarts").contains("nsu="));
        assertThat(NodeText.problem("P1.TBear"))
                .hasValueSatisfying(p -> assertThat(p).contains("is not a node id"));
        assertThat(NodeText.resolve("ns=2;s=P1.TBear", namespaces)).isEmpty();
    }
}
