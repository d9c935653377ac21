/**
 * PLC source on PLC4X: one connection per device, grouped reads, response codes as quality.
 *
 * <p>{@link org.millrace.source.plc.PlcSource} owns one thread: it connects, runs the scan classes at a fixed rate and hands over one
 * batch per scan; the next scan starts when the former is durable. {@code ReadPlan} (pure) decides what is read together;
 * {@code PlcLink} is one connection with a time limit on every step, since PLC4X sets none on some.
 *
 * <p>Invariants: one bad address makes that tag Bad, never the scan; a read value is never dropped; after a loss each tag
 * gets one Bad_NoCommunication; a reconnect leaves no thread or socket behind. Any PLC4X driver works by its URL; nothing
 * here but {@code ModbusAddress} knows a protocol. The source knows nothing of units or assets.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.source.plc;
