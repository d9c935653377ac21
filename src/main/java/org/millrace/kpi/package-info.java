/**
 * Figures of merit: how a machine was used and how an alarm system behaves. Pure: samples and events in, figures out; knows
 * no Camel, SQL, HTTP or clock.
 *
 * <p>{@link org.millrace.kpi.OeeCompiler} checks the files and binds them ({@link org.millrace.kpi.OeeSpec}); {@link
 * org.millrace.kpi.ShiftRecorder} takes a machine's samples; {@link org.millrace.kpi.ShiftCalculator} makes one {@link
 * org.millrace.kpi.ShiftReport} of them, whose ratios are {@link org.millrace.kpi.Oee} in the terms of ISO 22400-2. {@link
 * org.millrace.kpi.AlarmRates} gives the figures of EEMUA 191 and ISA-18.2.
 *
 * <p>Invariants: OEE = ideal cycle × good pieces / planned busy time, whatever counts as a minor stop; without planned time
 * there is no value; time without good data is in no figure and lowers the coverage; losses and good time are the planned
 * time.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.kpi;
