package org.millrace.historian;

import org.millrace.signal.Value;

/**
 * The newest value of a tag by source time.
 *
 * @param unit UCUM; empty when the tag has none
 * @param time source time, µs since the epoch
 * @param value as stored; a state's name where the tag has states
 * @param quality OPC UA StatusCode
 * @param received when the hub received it, µs since the epoch
 */
public record LastValue(String tagPath, String unit, long time, Value value, int quality, long received) {}
