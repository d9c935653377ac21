-- Historian schema, SQLite, version 1. Times are µs since the epoch, UTC.
CREATE TABLE IF NOT EXISTS tag (
  tag_id     INTEGER PRIMARY KEY,
  path       TEXT NOT NULL UNIQUE,                                                 -- 'enterprise/site/area/line/asset/signal'
  data_type  TEXT NOT NULL CHECK (data_type IN ('DOUBLE','LONG','BOOL','TEXT')),   -- of the first value seen
  unit       TEXT,                                                                 -- UCUM
  step       INTEGER NOT NULL DEFAULT 0,                                           -- 1 = holds its value, 0 = linear in between
  span_lo    REAL,
  span_hi    REAL,
  exc_dev    REAL NOT NULL DEFAULT 0,
  exc_max_ms INTEGER NOT NULL DEFAULT 600000,
  comp_dev   REAL NOT NULL DEFAULT 0,
  comp_max_ms INTEGER NOT NULL DEFAULT 3600000,                                    -- longest distance that is interpolated
  retention_days INTEGER,
  meta       TEXT,                                                                 -- JSON: asset, states
  created_us INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS tag_sample (
  tag_id INTEGER NOT NULL,
  ts     INTEGER NOT NULL,                                                         -- source time
  v REAL, vl INTEGER, vt TEXT,                                                     -- one non-null; all null = no value
  q      INTEGER NOT NULL DEFAULT 0,                                               -- OPC UA StatusCode: <0 bad, >=1073741824 uncertain
  rx     INTEGER NOT NULL,                                                         -- time of receipt
  PRIMARY KEY (tag_id, ts)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tag_last (
  tag_id INTEGER PRIMARY KEY, ts INTEGER NOT NULL, v REAL, vl INTEGER, vt TEXT, q INTEGER NOT NULL, rx INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS tag_gap (
  tag_id INTEGER NOT NULL, t0 INTEGER NOT NULL, t1 INTEGER, reason TEXT NOT NULL, PRIMARY KEY (tag_id, t0)) STRICT, WITHOUT ROWID;
CREATE VIEW IF NOT EXISTS tag_v AS
  SELECT s.ts / 1000000.0 AS time, t.path AS path, coalesce(s.v, s.vl) AS value, s.q AS quality, s.vt AS text, t.unit AS unit, s.ts AS ts
  FROM tag_sample s JOIN tag t ON t.tag_id = s.tag_id;
