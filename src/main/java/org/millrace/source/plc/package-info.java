/**
 * PLC source on PLC4X: one connection per device, grouped reads, response codes as quality.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.source.plc;
