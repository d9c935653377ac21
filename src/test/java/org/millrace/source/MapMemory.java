package org.millrace.source;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps what it is given for as long as the test runs: a source made anew with it remembers. */
public final class MapMemory implements SourceMemory {
    private final Map<String, byte[]> kept = new ConcurrentHashMap<>();

    @Override
    public Map<String, byte[]> load() {
        return Map.copyOf(kept);
    }

    @Override
    public void keep(String key, byte[] value) {
        kept.put(key, value);
    }

    @Override
    public void forget(String key) {
        kept.remove(key);
    }
}
