/**
 * PLC source on PLC4X: one connection per device, grouped reads, response codes as quality.
 *
 * <p>{@link org.millrace.source.plc.PlcSource} owns one thread: it connects and hands over one batch per scan; the next scan
 * starts when the former is durable. {@code PlcScanner} runs the scan classes of one connection, takes requests apart that
 * one address spoils, and writes into {@code Faults}, which outlives the connection. {@code ReadPlan} (pure) decides what
 * is read together. {@code ModbusSyntax} and {@code ModbusFormat} (pure) are ours, since PLC4X 0.13.1 forgets unit ids and
 * can't read bits and texts; {@code PlcLink} is one connection with a time limit on every step and an end that leaves no
 * thread, which PLC4X by itself does not have.
 *
 * <p>Invariants: one bad address makes that tag Bad, never the scan; a read value is never dropped; after a loss each tag
 * gets one Bad_NoCommunication; a reconnect leaves no thread or socket behind. Any PLC4X driver works by its URL; what
 * only Modbus has is behind {@code PlcAddresses}. The source knows nothing of units or assets.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.source.plc;
