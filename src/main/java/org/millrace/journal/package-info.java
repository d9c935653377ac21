/**
 * The durable log between intake and consumers, its cursors, its dead letters and the counters of the ledger.
 *
 * <p>{@link org.millrace.journal.Journal} is the SPI, free of SQL; {@link org.millrace.journal.SqliteJournal} keeps it in
 * one SQLite file with one writer thread and group commit; {@link org.millrace.journal.JournalLimits} bounds it; {@link
 * org.millrace.journal.BatchCodec} is the encoding of batches; {@link org.millrace.journal.Ledger} the account; {@link
 * org.millrace.journal.JournalInspection} and {@link org.millrace.journal.JournalSalvage} are for {@code hub doctor}.
 * It knows nothing of sources, sinks, tags' meaning or rules.
 *
 * <p>Invariants: accepted = on disk; received = accepted + filtered + rejected for every source; for every cursor
 * accepted = stored + queued + rejected + expired; counters, entries, cursors and dead letters change in one
 * transaction; sequence numbers have no gaps and are never used again; the disk space is bounded, and at the bound
 * sources are held back or, where so configured, the oldest entries expire, counted; an entry whose checksum does not
 * match is an error, never a value.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.journal;
