package org.millrace.connector.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import net.thisptr.jackson.jq.Scope;

/** What a program or template may name, beyond its input. Immutable. */
final class Vars {
    private final Scope root;
    private final Map<String, Supplier<JsonNode>> values;

    private Vars(Scope root, Map<String, Supplier<JsonNode>> values) {
        this.root = root;
        this.values = values;
    }

    static Vars of(Scope root) {
        return new Vars(root, Map.of());
    }

    Vars with(String name, JsonNode value) {
        return with(name, () -> value);
    }

    Vars with(String name, String value) {
        return with(name, TextNode.valueOf(value));
    }

    /** @param value asked for when a program names it: a secret is read no earlier */
    Vars with(String name, Supplier<JsonNode> value) {
        Map<String, Supplier<JsonNode>> more = new LinkedHashMap<>(values);
        more.put(name, value);
        return new Vars(root, more);
    }

    JsonNode get(String name) {
        Supplier<JsonNode> value = values.get(name);
        return value == null ? NullNode.getInstance() : value.get();
    }

    /** {@code name} or {@code name.member}; empty when there is none, or no text or number. */
    Optional<String> text(String path) {
        int dot = path.indexOf('.');
        JsonNode value = get(dot < 0 ? path : path.substring(0, dot));
        if (dot >= 0) {
            value = value.path(path.substring(dot + 1));
        }
        return value.isValueNode() && !value.isNull() ? Optional.of(value.asText()) : Optional.empty();
    }

    Scope scope() {
        Scope scope = Scope.newChildScope(root);
        values.forEach((name, value) -> scope.setValue(name, value::get));
        return scope;
    }
}
