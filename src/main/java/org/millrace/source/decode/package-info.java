/**
 * Payload to readings: one {@link org.millrace.source.decode.Decoder} per format.
 *
 * <p>Owns the formats a device or gateway may send (see {@link org.millrace.source.decode.Decoders#standard()}) and the
 * step that runs them over a delivery. Must not know brokers, routes, tags or the clock: decoding is a pure function of the
 * payload. Formats that name values in an earlier message (Sparkplug aliases, Siemens metadata) have a
 * {@link org.millrace.source.decode.Conversation}, which makes each message self-contained as it arrives.
 *
 * <p>Invariants: every part of a payload comes out once, as a reading or as an undecodable part with a reason; a
 * payload that is not well-formed gives no readings at all; one reading of the wrong type does not lose its neighbours.
 * Input is hostile: depth, number length and size are bounded. Units are not touched here, they belong to the tag.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.source.decode;
