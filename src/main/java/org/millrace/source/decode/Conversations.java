package org.millrace.source.decode;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.source.SourceBatch.Payload;

/** By format; a payload of another format goes through as it is. */
record Conversations(Map<String, Conversation> byFormat) implements Conversation {
    @Override
    public Turn hear(Payload payload) {
        Conversation one = byFormat.get(payload.format());
        return one == null ? Turn.of(payload) : one.hear(payload);
    }

    @Override
    public List<Message> connected(long now) {
        return byFormat.values().stream()
                .flatMap(c -> c.connected(now).stream())
                .toList();
    }

    @Override
    public List<Message> leaving(long now) {
        return byFormat.values().stream().flatMap(c -> c.leaving(now).stream()).toList();
    }

    @Override
    public Optional<Message> will(long now) {
        return byFormat.values().stream().flatMap(c -> c.will(now).stream()).findFirst();
    }
}
