package org.millrace.erp;

import java.util.List;
import java.util.Optional;

/** Where documents are kept on their way. Every method that writes is durable on return. Safe from any thread. */
public interface DocumentLedger {
    /** Keeps a row, unless its system has one of that reference. @return whether it is new */
    boolean add(DocumentRow row);

    /** The row as it now is. */
    void save(DocumentRow row);

    Optional<DocumentRow> get(String system, String reference);

    /** Rows whose time has come, the longest waiting first. */
    List<DocumentRow> due(String system, long now, int limit);

    /** When the next row is due, µs; {@link DocumentRow#NEVER} when none waits. */
    long nextWake(String system);

    /** Rows of a system in one state. */
    long count(String system, DocumentRow.State state);
}
