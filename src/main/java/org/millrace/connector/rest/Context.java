package org.millrace.connector.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Clock;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.millrace.config.Secret;
import org.millrace.connector.rest.Transport.Call;

/** What all parts of one connector share. */
record Context(
        SystemFile file,
        UnaryOperator<String> secrets,
        Transport transport,
        Clock clock,
        Pace pace,
        Redactor redactor,
        Judge judge,
        Vars constants) {

    static Context of(SystemFile file, UnaryOperator<String> secrets, Transport transport, Clock clock) {
        Redactor redactor = new Redactor();
        return new Context(
                file,
                secrets,
                transport,
                clock,
                new Pace(file.limits(), clock),
                redactor,
                new Judge(file, clock, redactor),
                Vars.of(Jq.scope(clock))
                        .with("base", Requests.base(file))
                        .with("user", file.auth().user())
                        .with("settings", settings(file))
                        .with("map", map(file.map())));
    }

    /** The secret as it is now; empty when the file names none. Throws what the resolver throws. */
    String secret() {
        Optional<Secret> reference = file.auth().secret();
        String plain = reference.map(secret -> secret.reveal(secrets)).orElse("");
        redactor.conceal(plain);
        redactor.conceal(Template.encode(plain)); // as it stands in a query
        return plain;
    }

    /** What every program of the file may name. */
    Vars vars() {
        return constants
                .with("secret", () -> TextNode.valueOf(secret()))
                .with("now", Times.iso(clock.instant()))
                .with("now_ms", JsonNodeFactory.instance.numberNode(clock.millis()));
    }

    private static ObjectNode settings(SystemFile file) {
        ObjectNode settings = JsonNodeFactory.instance.objectNode();
        file.settings().forEach(settings::put);
        return settings;
    }

    private static ObjectNode map(ConnectorFile.Words words) {
        ObjectNode map = JsonNodeFactory.instance.objectNode();
        ObjectNode severity = map.putObject("severity");
        words.severity().forEach(severity::put);
        ObjectNode first = map.putObject("state");
        ObjectNode all = map.putObject("states");
        words.state().forEach((name, list) -> {
            first.put(name, list.isEmpty() ? null : list.getFirst());
            ArrayNode each = all.putArray(name);
            list.forEach(each::add);
        });
        return map;
    }

    /** One request in its turn. */
    Sent send(Call call) {
        return switch (pace.enter()) {
            case Pace.Wait wait -> new Sent.Held(wait.why(), wait.needed());
            case Pace.Granted granted -> {
                try (granted) {
                    yield new Sent.Replied(transport.send(call));
                }
            }
        };
    }

    /** What became of a request. */
    sealed interface Sent {
        /** Not sent: it would have had to wait too long for its turn. */
        record Held(String why, Optional<java.time.Duration> needed) implements Sent {}

        record Replied(Transport.Reply reply) implements Sent {}
    }
}
