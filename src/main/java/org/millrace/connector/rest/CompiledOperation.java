package org.millrace.connector.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.connector.rest.ConnectorFile.Operation;
import org.millrace.connector.rest.Jq.BadJq;
import org.millrace.connector.rest.Jq.JqFailed;

/**
 * One operation of a file, its programs compiled.
 *
 * @param name its key, for messages
 * @param reads nothing changes at the system: a lost answer may be asked for again
 */
record CompiledOperation(
        String name,
        boolean reads,
        Operation operation,
        Map<String, Jq> query,
        Optional<Jq> body,
        Map<String, Jq> form,
        Jq items,
        Optional<Jq> verify,
        Optional<Jq> id,
        Optional<Jq> number,
        Optional<Jq> assetNumber,
        Optional<Jq> firstPage,
        Optional<Jq> nextPage) {

    /** @throws IllegalArgumentException when a program does not compile; {@link ConnectorCheck} finds it with its place */
    static CompiledOperation of(String name, Operation op) {
        return of(
                name,
                List.of("find", "get", "lookup_asset", "changes", "assets", "rows")
                        .contains(name),
                op);
    }

    /** @param name where it stands in the file, for messages; as above */
    static CompiledOperation of(String name, boolean reads, Operation op) {
        return new CompiledOperation(
                name,
                reads,
                op,
                programs(op.query()),
                op.body().map(CompiledOperation::program),
                programs(op.form()),
                program(op.items()),
                op.verify().map(CompiledOperation::program),
                op.id().map(CompiledOperation::program),
                op.number().map(CompiledOperation::program),
                op.assetNumber().map(CompiledOperation::program),
                op.pages().map(pages -> program(pages.first())),
                op.pages().map(pages -> program(pages.next())));
    }

    /** Where it stands in its file, for messages. */
    String place() {
        return name.startsWith("documents.") ? name : "operations." + name;
    }

    static Jq program(String text) {
        try {
            return Jq.compile(text);
        } catch (BadJq e) {
            throw new IllegalArgumentException("'" + text + "' is " + e.getMessage(), e);
        }
    }

    static Map<String, Jq> programs(Map<String, String> texts) {
        Map<String, Jq> programs = new LinkedHashMap<>();
        texts.forEach((name, text) -> programs.put(name, program(text)));
        return programs;
    }

    /**
     * What {@code items} brings from an answer, lists unrolled. Null is a failure: an answer of another form must not be
     * taken for an empty list, the hub would create what is there already.
     */
    List<JsonNode> itemsOf(JsonNode answer, Vars vars) throws JqFailed {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode out : items.all(vars, answer)) {
            if (out.isArray()) {
                out.forEach(found::add);
            } else if (out.isNull()) {
                throw new JqFailed("items (" + items + ") brings null");
            } else {
                found.add(out);
            }
        }
        return found;
    }
}
