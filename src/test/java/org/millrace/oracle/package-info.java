/**
 * The fault oracle: what the hub promises, checked from outside while it is being hurt.
 *
 * <p>{@link org.millrace.oracle.StampedPlant} sends stamped values and knows what was acknowledged,
 * {@link org.millrace.oracle.FaultProxy} stands before real servers and misbehaves, {@link org.millrace.oracle.HubProcess}
 * is the hub in a process of its own, and {@link org.millrace.oracle.Oracle} compares what went in with what came out:
 * C1 conservation, C2 integrity, C3 order, C4 liveness, C5 one work order an incident, C6 the ledger, C7 bounds.
 *
 * <p>The {@code *Fault} classes are rows of the fault matrix, one method each; {@link org.millrace.oracle.Soak} is the long
 * run. Every seed is printed; {@code -Dmillrace.seed=N} replays it. The oracle knows the hub by its HTTP API, its
 * historian and its process only, never by its classes; but for {@code ClockFault}, whose hub needs a clock that jumps.
 */
@NullMarked
package org.millrace.oracle;

import org.jspecify.annotations.NullMarked;
