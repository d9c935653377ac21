/**
 * Payload to readings: one {@link org.millrace.source.decode.Decoder} per format.
 *
 * <p>Owns the formats a device or gateway may send ({@code chirpstack}, {@code json} with a map) and the step that runs
 * them over a delivery. Must not know brokers, routes, tags or the clock: decoding is a pure function of the payload.
 *
 * <p>Invariants: every part of a payload comes out once, as a reading or as an undecodable part with a reason; a
 * payload that is not well-formed gives no readings at all; one reading of the wrong type does not lose its neighbours.
 * Input is hostile: depth, number length and size are bounded. Units are not touched here, they belong to the tag.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.source.decode;
