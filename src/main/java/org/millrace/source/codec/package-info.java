/**
 * Payload codecs: small JavaScript files that turn the bytes of a device into named values, as The Things Stack and
 * ChirpStack know them ({@code decodeUplink}, {@code Decode}, {@code Decoder}).
 *
 * <p>Owns compiling ({@link org.millrace.source.codec.Codec}), running within bounds, and which codec belongs to which
 * device ({@link org.millrace.source.codec.Codecs}). Must not know formats of network servers, tags, units or files.
 *
 * <p>Invariants: no Java class can be reached from a codec; a run ends within its limits of processor time and memory or
 * is ended, with the line it was at; nothing of one run is left for the next, so the same bytes give the same values; a
 * compiled codec may be used by any number of threads.
 */
@org.jspecify.annotations.NullMarked
package org.millrace.source.codec;
