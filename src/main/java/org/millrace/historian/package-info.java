/**
 * Keeps every accepted value, and answers what it was: writing, schema, queries, one {@link
 * org.millrace.historian.Dialect} per database. It must not know sources, rules, connectors or HTTP.
 *
 * <p>{@link org.millrace.historian.Historian} writes and hands out {@link org.millrace.historian.SeriesQuery} and the
 * {@code DataSource} that routes use. A route from {@code hub:journal} brings it what the journal holds.
 *
 * <p>Invariants: (tag, source time) is the key, writing twice stores once and the first value stays; a value the
 * database refuses is handed back alone and its neighbours are stored; any other failure stores nothing that is not
 * stored again later, so the caller retries for ever.
 *
 * <p>The key is PRIMARY KEY (tag_id, ts) on both databases. With SQLite the other order takes more rows a second (each
 * batch lands on one place of the tree), but every query of one tag would then read all tags, and an index against that
 * costs what the order saved. Rows of a batch are sorted by the key instead, so that a tag's rows of one batch land on
 * one page; hence batches of 10,000 and a second's wait are the defaults.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.historian;
