package org.millrace.source.decode;

import java.util.Optional;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.SourceBatch.Payloads;
import org.millrace.source.SourceBatch.Readings;
import org.millrace.source.codec.Codecs;

/**
 * Runs the decoders over one delivery. Pure and thread-safe.
 *
 * <p>Readings of a retained message that have no time of their own are not news: Good becomes
 * Uncertain_LastUsableValue, because nobody knows since when the value stands.
 */
public final class DecodeStep {
    /** Bytes; a longer payload is refused unread. */
    public static final int MAX_PAYLOAD = 256 * 1024;

    /** Stands for the format that each payload names itself. */
    public static final String AUTO = "auto";

    private final Decoders decoders;
    private final String format;

    /** @param format a name in {@code decoders}, or {@link #AUTO} */
    public DecodeStep(Decoders decoders, String format) {
        this.decoders = decoders;
        this.format = format;
    }

    /** Order is kept. Never throws on bad input: what gives no reading is in {@code undecodable}. */
    public Readings apply(Payloads batch) {
        return apply(batch, Codecs.NONE);
    }

    /** The same, with codecs for devices whose bytes nobody has read yet. */
    public Readings apply(Payloads batch, Codecs codecs) {
        Sink out = new Sink(codecs, batch.source());
        for (Payload payload : batch.payloads()) {
            int before = out.readings().size();
            decode(payload, out);
            if (payload.retained()) {
                out.mark(before);
            }
        }
        return new Readings(batch.source(), batch.hubTime(), out.readings(), out.undecodable());
    }

    private void decode(Payload payload, Sink out) {
        if (payload.bytes().length > MAX_PAYLOAD) {
            out.undecodable(
                    payload,
                    Reasons.TOO_LARGE,
                    payload.bytes().length + " bytes on '" + payload.topic() + "'; the limit is " + MAX_PAYLOAD);
            return;
        }
        String name = format.equals(AUTO) ? payload.format() : format;
        Optional<Decoder> decoder = decoders.find(name);
        if (decoder.isPresent()) {
            decoder.get().decode(payload, out);
        } else {
            out.undecodable(
                    payload,
                    Reasons.NO_DECODER,
                    "topic '" + payload.topic() + "' names the decoder '" + name + "'; known are "
                            + String.join(", ", new java.util.TreeSet<>(decoders.names())));
        }
    }
}
