package org.millrace.signal;

/**
 * One value of a tag, in the tag's unit.
 *
 * @param tag the tag's number in the journal's dictionary
 * @param time source time, µs since the epoch, UTC; with the tag it is the value's identity
 * @param quality OPC UA StatusCode, see {@link Quality}
 */
public record Sample(int tag, long time, Value value, int quality) {}
