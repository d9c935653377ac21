package org.millrace.connector.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Passes requests on and keeps the conversation, for a test case of a connector. Thread-safe. */
public final class Recording implements Transport {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    /** Headers that show who asks; their values are never kept. */
    private static final Set<String> CONCEALED =
            Set.of("authorization", "cookie", "set-cookie", "x-csrf-token", "proxy-authorization", "session-token");

    private final Transport transport;
    private final ArrayNode conversation = JSON.createArrayNode();

    public Recording(Transport transport) {
        this.transport = transport;
    }

    @Override
    public Reply send(Call call) {
        Reply reply = transport.send(call);
        ObjectNode step = JSON.createObjectNode();
        ObjectNode request = step.putObject("request");
        request.put("line", call.method() + " " + call.uri().toString().replaceFirst("\\?.*", ""));
        if (call.uri().getQuery() != null) {
            request.put("raw_query", call.uri().getRawQuery());
        }
        headers(request, call.headers());
        body(request, call.body());
        ObjectNode answer = step.putObject("answer");
        switch (reply) {
            case Answered answered -> {
                answer.put("status", answered.status());
                headers(answer, answered.headers());
                body(answer, answered.body());
            }
            case NotSent failed -> answer.put("not_sent", failed.why());
            case Lost failed -> answer.put("lost", failed.why());
        }
        synchronized (conversation) {
            conversation.add(step);
        }
        return reply;
    }

    /** As YAML (in its JSON form), every secret that {@code redact} knows replaced. */
    public String yaml(UnaryOperator<String> redact) {
        ObjectNode root = JSON.createObjectNode();
        root.put("does", "as recorded");
        root.putArray("calls");
        try {
            synchronized (conversation) {
                root.set("conversation", conversation.deepCopy());
            }
            return redact.apply(JSON.writeValueAsString(root)) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void headers(ObjectNode into, Map<String, String> headers) {
        ObjectNode node = into.putObject("headers");
        headers.forEach((name, value) ->
                node.put(name, CONCEALED.contains(name.toLowerCase(Locale.ROOT)) ? "***" : value));
    }

    private static void body(ObjectNode into, byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        if (text.isBlank()) {
            return;
        }
        try {
            into.set("json", JSON.readTree(text));
        } catch (JsonProcessingException e) {
            into.put("text", text);
        }
    }
}
