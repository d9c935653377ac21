/**
 * What rules would have done: recorded values through the engine that runs live, offline, with nothing written.
 *
 * <p>{@link org.millrace.backtest.Backtest} runs one or two versions in one pass over a {@link
 * org.millrace.backtest.History}: a journal as it was ({@link org.millrace.backtest.JournalHistory}) or the historian by
 * source time ({@link org.millrace.backtest.HistorianHistory}). Events become {@link
 * org.millrace.backtest.BacktestTicket}s and two versions a {@link org.millrace.backtest.Difference}.
 *
 * <p>Knows no Camel, HTTP or console. Invariants: time comes from the data only; the same data and rules give the same
 * events, and with a journal and recorded acknowledgements they are equal to the live ones to the byte.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.backtest;
