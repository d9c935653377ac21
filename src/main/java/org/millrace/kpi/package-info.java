/**
 * Figures of merit: how a machine was used and how an alarm system behaves. Pure: intervals and events in, figures out;
 * knows no Camel, SQL, HTTP or clock.
 *
 * <p>{@link org.millrace.kpi.AlarmRates} gives the figures of EEMUA 191 and ISA-18.2.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.kpi;
