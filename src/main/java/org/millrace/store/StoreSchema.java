package org.millrace.store;

import java.util.List;
import org.millrace.sqlite.SqliteFile;

/** The tables, as a list of migrations: append only, one element per released format. */
final class StoreSchema {
    private static final int APPLICATION_ID = 0x4d525331; // MRS1

    /** Format 2: orders of remote systems. */
    private static final List<String> ORDERS = List.of(
            """
            CREATE TABLE ticket (
              system TEXT NOT NULL, reference TEXT NOT NULL, alarm_key TEXT NOT NULL, episode INTEGER NOT NULL,
              state TEXT NOT NULL, remote_id TEXT NOT NULL, number TEXT NOT NULL, incident TEXT NOT NULL,
              asset TEXT NOT NULL, wake BIGINT NOT NULL, updated BIGINT NOT NULL, body TEXT NOT NULL,
              PRIMARY KEY (system, reference), UNIQUE (system, alarm_key, episode))""",
            "CREATE UNIQUE INDEX ticket_live ON ticket (system, alarm_key)"
                    + " WHERE state IN ('INTENT', 'CREATING', 'UNKNOWN', 'OPEN', 'IN_PROGRESS', 'ON_HOLD')",
            "CREATE INDEX ticket_wake ON ticket (system, wake)",
            "CREATE INDEX ticket_remote ON ticket (system, remote_id)",
            "CREATE INDEX ticket_asset ON ticket (asset, updated)",
            "CREATE INDEX ticket_updated ON ticket (updated)",
            """
            CREATE TABLE ticket_incident (
              system TEXT NOT NULL, incident TEXT NOT NULL, step INTEGER NOT NULL, PRIMARY KEY (system, incident))""",
            """
            CREATE TABLE ticket_log (
              id BIGINT PRIMARY KEY, system TEXT NOT NULL, reference TEXT NOT NULL, time BIGINT NOT NULL,
              text TEXT NOT NULL)""",
            "CREATE INDEX ticket_log_reference ON ticket_log (system, reference, id)",
            "CREATE TABLE ticket_cursor (system TEXT PRIMARY KEY, value TEXT NOT NULL)",
            "CREATE INDEX work_order_asset ON work_order (asset, updated)");

    /** Format 6: meter readings on their way, and business context by time. */
    private static final List<String> READINGS =
            List.of("""
            CREATE TABLE meter_reading (
              system TEXT NOT NULL, meter TEXT NOT NULL, asset TEXT NOT NULL, tag TEXT NOT NULL, unit TEXT NOT NULL,
              value DOUBLE PRECISION NOT NULL, time BIGINT NOT NULL, try_value DOUBLE PRECISION NOT NULL,
              try_time BIGINT NOT NULL, sent_value DOUBLE PRECISION NOT NULL, sent_time BIGINT NOT NULL,
              next BIGINT NOT NULL, every BIGINT NOT NULL, failures INTEGER NOT NULL, note TEXT NOT NULL,
              PRIMARY KEY (system, meter))""", """
            CREATE TABLE asset_context (
              source TEXT NOT NULL, asset TEXT NOT NULL, valid_from BIGINT NOT NULL, read_at BIGINT NOT NULL,
              body TEXT NOT NULL, PRIMARY KEY (source, asset, valid_from))""", "CREATE INDEX asset_context_asset ON asset_context (asset, valid_from)");

    /** Format 7: documents for the ERP. */
    private static final List<String> DOCUMENTS = List.of(
            """
            CREATE TABLE document (
              system TEXT NOT NULL, reference TEXT NOT NULL, kind TEXT NOT NULL, asset TEXT NOT NULL,
              state TEXT NOT NULL, remote_id TEXT NOT NULL, number TEXT NOT NULL, last_step TEXT NOT NULL,
              note TEXT NOT NULL, attempts INTEGER NOT NULL, failures INTEGER NOT NULL, created BIGINT NOT NULL,
              updated BIGINT NOT NULL, wake BIGINT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (system, reference))""",
            "CREATE INDEX document_wake ON document (system, wake)",
            "CREATE INDEX document_state ON document (system, state)",
            "CREATE INDEX document_updated ON document (updated)",
            """
            CREATE TABLE production_place (
              consumer TEXT NOT NULL, report TEXT NOT NULL, passed BIGINT NOT NULL,
              PRIMARY KEY (consumer, report))""");

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
                    ORDERS,
                    List.of(
                            """
                    CREATE TABLE trace (
                      event_id TEXT NOT NULL, incident TEXT NOT NULL, step TEXT NOT NULL, subject TEXT NOT NULL,
                      outcome TEXT NOT NULL, detail TEXT NOT NULL, configuration TEXT NOT NULL,
                      first_time BIGINT NOT NULL, last_time BIGINT NOT NULL, attempts INTEGER NOT NULL,
                      PRIMARY KEY (event_id, step, subject))""",
                            "CREATE INDEX trace_incident ON trace (incident)",
                            "CREATE INDEX trace_time ON trace (last_time)",
                            "CREATE INDEX trace_detail ON trace (detail) WHERE step = 'CALL'",
                            """
                    CREATE TABLE stop_reason (
                      asset TEXT NOT NULL, start_time BIGINT NOT NULL, reason TEXT NOT NULL, who TEXT NOT NULL,
                      time BIGINT NOT NULL, PRIMARY KEY (asset, start_time))"""),
                    List.of("""
                            CREATE TABLE source_memory (
                              source TEXT NOT NULL, name TEXT NOT NULL, body BLOB NOT NULL,
                              PRIMARY KEY (source, name))"""),
                    List.of("ALTER TABLE outbox_consumer ADD COLUMN joined BIGINT NOT NULL DEFAULT 0", """
                    CREATE TABLE outbox_standing (
                      name TEXT NOT NULL, incident TEXT NOT NULL, PRIMARY KEY (name, incident))"""),
                    READINGS,
                    DOCUMENTS));

    private StoreSchema() {}
}
