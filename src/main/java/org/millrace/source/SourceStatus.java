package org.millrace.source;

/**
 * @param up connected and able to deliver
 * @param detail one sentence for people: the endpoint, and when down why and when the next try is
 * @param received messages, notifications or scan results since start
 * @param lastData µs since the epoch of the last delivery; 0 = none yet
 * @param reconnects successful connections after the first
 */
public record SourceStatus(
        String id, String kind, boolean up, String detail, long received, long lastData, long reconnects) {}
