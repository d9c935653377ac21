package org.millrace.connector.rest;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import net.thisptr.jackson.jq.Scope;
import org.millrace.config.Secret;
import org.millrace.connector.rest.Transport.Call;

/** What all parts of one connector share. */
record Context(
        ConnectorFile file,
        UnaryOperator<String> secrets,
        Transport transport,
        Clock clock,
        Pace pace,
        Redactor redactor,
        Judge judge,
        Scope scope) {

    static Context of(ConnectorFile file, UnaryOperator<String> secrets, Transport transport, Clock clock) {
        Redactor redactor = new Redactor();
        return new Context(
                file,
                secrets,
                transport,
                clock,
                new Pace(file.limits(), clock),
                redactor,
                new Judge(file, clock, redactor),
                Jq.scope(clock));
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
        ObjectNode settings = JsonNodeFactory.instance.objectNode();
        file.settings().forEach(settings::put);
        return Vars.of(scope)
                .with("base", file.baseUrl().replaceFirst("/+$", ""))
                .with("user", file.auth().user())
                .with("secret", () -> TextNode.valueOf(secret()))
                .with("settings", settings)
                .with("map", map())
                .with("now", Times.iso(clock.instant()))
                .with("now_ms", JsonNodeFactory.instance.numberNode(clock.millis()));
    }

    private ObjectNode map() {
        ObjectNode map = JsonNodeFactory.instance.objectNode();
        ObjectNode severity = map.putObject("severity");
        file.map().severity().forEach(severity::put);
        ObjectNode state = map.putObject("state");
        for (Map.Entry<String, java.util.List<String>> entry : file.map().state().entrySet()) {
            state.put(entry.getKey(), entry.getValue().isEmpty() ? null : entry.getValue().getFirst());
        }
        ObjectNode words = map.putObject("states");
        file.map().state().forEach((name, list) -> words.set(name, JsonMapper.builder().build().valueToTree(list)));
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
