package org.millrace.store;

import java.util.List;
import org.millrace.sqlite.SqliteFile;

/** The tables, as a list of migrations: append only, one element per released format. */
final class StoreSchema {
    private static final int APPLICATION_ID = 0x4d525331; // MRS1

    static final SqliteFile.Format FORMAT = new SqliteFile.Format(
            "operational store",
            APPLICATION_ID,
            List.of(
                    List.of(
                            "CREATE TABLE series (name TEXT PRIMARY KEY, value BIGINT NOT NULL)",
                            "CREATE TABLE rule_checkpoint (id INTEGER PRIMARY KEY CHECK (id = 1), sequence BIGINT NOT NULL)",
                            "INSERT INTO rule_checkpoint (id, sequence) VALUES (1, 0)",
                            "CREATE TABLE rule_state (name TEXT PRIMARY KEY, body BLOB NOT NULL)",
                            """
                    CREATE TABLE outbox (
                      id BIGINT PRIMARY KEY, event_id TEXT NOT NULL UNIQUE, incident TEXT NOT NULL,
                      hub_time BIGINT NOT NULL, body TEXT NOT NULL)""",
                            "CREATE INDEX outbox_incident ON outbox (incident, id)",
                            "CREATE TABLE outbox_consumer (name TEXT PRIMARY KEY, passed BIGINT NOT NULL)",
                            """
                    CREATE TABLE alarm (
                      incident TEXT PRIMARY KEY, state TEXT NOT NULL, step INTEGER NOT NULL, first_time BIGINT NOT NULL,
                      last_time BIGINT NOT NULL, body TEXT NOT NULL)""",
                            "CREATE INDEX alarm_open ON alarm (first_time) WHERE state <> 'CLOSED'",
                            "CREATE INDEX alarm_last ON alarm (last_time)",
                            """
                    CREATE TABLE work_order (
                      number TEXT PRIMARY KEY, incident TEXT NOT NULL, alarm_key TEXT NOT NULL, rule TEXT NOT NULL,
                      asset TEXT NOT NULL, asset_name TEXT NOT NULL, asset_path TEXT NOT NULL,
                      failure_mode TEXT NOT NULL, state TEXT NOT NULL, severity TEXT NOT NULL, title TEXT NOT NULL,
                      text TEXT NOT NULL, trend_svg TEXT NOT NULL, limit_value TEXT NOT NULL, value TEXT NOT NULL,
                      peak TEXT NOT NULL, unit TEXT NOT NULL, since BIGINT NOT NULL, created BIGINT NOT NULL,
                      updated BIGINT NOT NULL, due BIGINT NOT NULL, events INTEGER NOT NULL)""",
                            "CREATE UNIQUE INDEX work_order_open ON work_order (alarm_key) WHERE state IN ('OPEN', 'IN_PROGRESS')",
                            "CREATE INDEX work_order_updated ON work_order (updated)",
                            """
                    CREATE TABLE work_order_incident (
                      incident TEXT PRIMARY KEY, number TEXT NOT NULL, step INTEGER NOT NULL)""",
                            """
                    CREATE TABLE work_order_log (
                      id BIGINT PRIMARY KEY, number TEXT NOT NULL, time BIGINT NOT NULL, who TEXT NOT NULL,
                      text TEXT NOT NULL)""",
                            "CREATE INDEX work_order_log_number ON work_order_log (number, id)",
                            """
                    CREATE TABLE audit (
                      id BIGINT PRIMARY KEY, time BIGINT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,
                      detail TEXT NOT NULL)"""),
                    List.of("""
                            CREATE TABLE source_memory (
                              source TEXT NOT NULL, name TEXT NOT NULL, body BLOB NOT NULL,
                              PRIMARY KEY (source, name))""")));

    private StoreSchema() {}
}
