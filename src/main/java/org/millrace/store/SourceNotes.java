package org.millrace.store;

import java.sql.ResultSet;
import java.util.HashMap;
import java.util.Map;

/** What sources have to know again after a restart, by source and name: metadata, places in files and tables. */
public final class SourceNotes {
    private final Database database;

    SourceNotes(Database database) {
        this.database = database;
    }

    /** Everything one source keeps. */
    public Map<String, byte[]> of(String source) {
        return database.read("read the notes of source " + source, session -> {
            Map<String, byte[]> notes = new HashMap<>();
            try (ResultSet row = session.prepare("SELECT name, body FROM source_memory WHERE source = ?", source)
                    .executeQuery()) {
                while (row.next()) {
                    notes.put(row.getString(1), row.getBytes(2));
                }
            }
            return notes;
        });
    }

    /** Durable on return; replaces what was there. */
    public void keep(String source, String name, byte[] body) {
        database.write(
                "keep a note of source " + source,
                session -> session.update(
                        "INSERT INTO source_memory (source, name, body) VALUES (?, ?, ?)"
                                + " ON CONFLICT (source, name) DO UPDATE SET body = excluded.body",
                        source,
                        name,
                        body));
    }

    /** Durable on return. */
    public void forget(String source, String name) {
        database.write(
                "forget a note of source " + source,
                session -> session.update("DELETE FROM source_memory WHERE source = ? AND name = ?", source, name));
    }
}
