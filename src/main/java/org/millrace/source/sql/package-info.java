/**
 * A table or view of a database, polled by a column that grows.
 *
 * <p>{@link org.millrace.source.sql.SqlSourceFile} is the configuration, {@link org.millrace.source.sql.SqlSourceCheck}
 * what can be told of it offline, {@link org.millrace.source.sql.DatabaseInquiry} what the database adds. {@link
 * org.millrace.source.sql.SqlSource} polls; {@link org.millrace.source.sql.NamedQuery} is its statement, {@link
 * org.millrace.source.sql.CursorValue} a value of the growing column, {@link org.millrace.source.sql.SqlPlace} where it
 * stands and which rows of the overlap it has seen. camel-jdbc has no consumer, and camel-sql's has no cursor: it marks
 * rows, for which it must write to the database; so this is JDBC itself, on a connection that may only read.
 *
 * <p>Invariants: a row is in the journal once, see {@link org.millrace.source.Places}; rows that become visible late are
 * found as far back as the overlap goes; a page never ends between rows of one cursor value; nothing is written to the
 * database.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.source.sql;
