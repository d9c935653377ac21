package org.millrace.source;

import java.util.Map;

/**
 * What one source has to know again after a restart: metadata that is sent once, the place in a file or table. Small.
 * Thread-safe.
 */
public interface SourceMemory {
    /** Forgets at the end of the process: for tests and for sources that need none. */
    static SourceMemory none() {
        return new SourceMemory() {
            @Override
            public Map<String, byte[]> load() {
                return Map.of();
            }

            @Override
            public void keep(String key, byte[] value) {}

            @Override
            public void forget(String key) {}
        };
    }

    /** Everything that was kept. */
    Map<String, byte[]> load();

    /** Durable on return; replaces what was kept under the key. */
    void keep(String key, byte[] value);

    /** Durable on return. */
    void forget(String key);
}
