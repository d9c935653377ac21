package org.millrace.source.decode;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.SourceMemory;

/**
 * Follows the messages of one source whose format has a memory: values that are named only in an earlier message. Each
 * message is made self-contained in order of arrival, before it waits, is repeated or becomes a dead letter; decoding
 * stays a pure function of the payload. Not thread-safe: one connection's thread calls it.
 */
public interface Conversation {
    /** What the source is to publish. @param retained whether the broker is to keep it for later subscribers */
    record Message(String topic, byte[] bytes, int qos, boolean retained) {}

    /**
     * @param payloads what goes on to the decoder, in order; may be none
     * @param answers what to publish now
     * @param onceDurable what to remember when the message has been handed over for good, just before it is acknowledged
     */
    record Turn(List<Payload> payloads, List<Message> answers, Optional<Note> onceDurable) {
        static Turn of(Payload payload) {
            return new Turn(List.of(payload), List.of(), Optional.empty());
        }
    }

    /** One thing to remember, see {@link SourceMemory}. */
    record Note(String key, byte[] value) {}

    /** One message as it arrived. */
    Turn hear(Payload payload);

    /** A new connection. Returns what to publish once subscribed. @param now µs since the epoch, UTC */
    List<Message> connected(long now);

    /** What to publish before leaving in order. @param now µs since the epoch, UTC */
    List<Message> leaving(long now);

    /** What the broker is to publish when the connection is lost, agreed for the connection that comes next. */
    Optional<Message> will(long now);

    /** The formats that need one. */
    static boolean needed(String format) {
        return format.equals(Decoders.SPARKPLUG) || format.equals(Decoders.SIEMENS);
    }

    /**
     * For a source that has topics of these formats.
     *
     * @param formats of all topics of the source
     * @param sparkplugHost id under which the hub tells Sparkplug nodes that it is there; empty to tell them nothing
     * @param memory what was remembered before a restart
     */
    static Optional<Conversation> of(List<String> formats, String sparkplugHost, SourceMemory memory) {
        Map<String, Conversation> byFormat = new HashMap<>();
        if (formats.contains(Decoders.SPARKPLUG)) {
            byFormat.put(Decoders.SPARKPLUG, new SparkplugHost(sparkplugHost));
        }
        if (formats.contains(Decoders.SIEMENS)) {
            byFormat.put(Decoders.SIEMENS, new SiemensMetadata(memory));
        }
        return byFormat.isEmpty() ? Optional.empty() : Optional.of(new Conversations(Map.copyOf(byFormat)));
    }
}
