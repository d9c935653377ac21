package org.millrace.signal;

/**
 * One value as a device said it, before it is bound to a tag.
 *
 * @param device the device's id within its source (devEui, topic part); empty for OPC UA and PLC, where the field is
 *     the whole address
 * @param field the field's name in the payload, the node id, or the PLC address as written in the asset file
 * @param value in the device's own unit
 * @param sourceTime µs since 1970-01-01T00:00Z by the device's clock; {@link #NO_TIME} when the device sent none
 * @param quality OPC UA StatusCode, see {@link Quality}
 */
public record Reading(String device, String field, Value value, long sourceTime, int quality) {
    public static final long NO_TIME = Long.MIN_VALUE;
}
