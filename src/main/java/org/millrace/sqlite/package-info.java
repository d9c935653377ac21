/**
 * One right way to keep a SQLite file: opening, format versions, one writer, pooled readers, and the full-disk rule.
 *
 * <p>Knows nothing of what is stored. {@link org.millrace.sqlite.SqliteFile} is the type others
 * use; {@link org.millrace.sqlite.SqliteInspection} looks at a file that may be damaged and changes nothing.
 *
 * <p>Invariants: a transaction that failed was not kept, save when the disk failed in the very act of committing, which
 * the caller can find out by reading; a connection that saw a full or failing disk is never used again; a file of a
 * newer format, or of another program, is refused and left untouched.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.sqlite;
