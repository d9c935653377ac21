/**
 * Rows of named columns to readings: what the folder of CSV files and the SQL query have in common.
 *
 * <p>{@link org.millrace.source.table.TimeColumn}, {@link org.millrace.source.table.LongForm} are parts of the
 * configuration, {@link org.millrace.source.table.RowMapping} applies them to the columns there are, {@link
 * org.millrace.source.table.CellTimes} reads local times. No I/O, no clock: a row and the time of the row before it
 * give always the same readings. It knows neither files nor databases.
 *
 * <p>Invariants: a row gives its readings, or one {@link org.millrace.source.table.RowMapping.Row#problems() problem}
 * with the column it lies in; a time that could be two or none is never guessed silently.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.source.table;
