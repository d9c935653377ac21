package org.millrace;

import java.util.Map;
import org.millrace.source.SourceMemory;
import org.millrace.store.OperationalStore;

/** A source's memory in the operational store. */
record StoredMemory(OperationalStore store, String source) implements SourceMemory {
    @Override
    public Map<String, byte[]> load() {
        return store.sourceNotes().of(source);
    }

    @Override
    public void keep(String key, byte[] value) {
        store.sourceNotes().keep(source, key, value);
    }

    @Override
    public void forget(String key) {
        store.sourceNotes().forget(source, key);
    }
}
