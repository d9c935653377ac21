package org.millrace.connector.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.millrace.connector.RegisterAsset;
import org.millrace.connector.rest.Jq.JqFailed;
import org.millrace.connector.rest.Judge.Understood;

/** Reads assets out of a system's JSON, by the file's {@code asset}. */
final class Assets {
    private final Jq id;
    private final Optional<Jq> number;
    private final Jq name;
    private final Optional<Jq> parent;
    private final Optional<Jq> location;
    private final Jq type;
    private final Optional<Jq> criticality;
    private final Map<String, Jq> cmms;
    private final Optional<Jq> total;

    Assets(ConnectorFile file) {
        ConnectorFile.AssetFields fields = file.asset();
        this.id = CompiledOperation.program(fields.id());
        this.number = fields.number().map(CompiledOperation::program);
        this.name = CompiledOperation.program(fields.name());
        this.parent = fields.parent().map(CompiledOperation::program);
        this.location = fields.location().map(CompiledOperation::program);
        this.type = CompiledOperation.program(fields.class_());
        this.criticality = fields.criticality().map(CompiledOperation::program);
        this.cmms = CompiledOperation.programs(fields.cmms());
        this.total = fields.total().map(CompiledOperation::program);
    }

    /** @throws JqFailed when the answer has not the form the file tells: it is not taken for an empty register */
    RegisterPage page(CompiledOperation op, Understood body) throws JqFailed {
        List<RegisterAsset> assets = new ArrayList<>();
        for (JsonNode json : op.itemsOf(body.json(), body.vars())) {
            assets.add(asset(json, body.vars()));
        }
        JsonNode next = op.nextPage().isPresent() && !assets.isEmpty()
                ? op.nextPage().get().one(body.vars(), body.json())
                : com.fasterxml.jackson.databind.node.NullNode.getInstance();
        String many =
                total.map(program -> program.text(body.vars(), body.json())).orElse("");
        return new RegisterPage(
                List.copyOf(assets),
                next.isNull() ? Optional.empty() : Optional.of(next),
                many.matches("\\d{1,12}") ? OptionalLong.of(Long.parseLong(many)) : OptionalLong.empty());
    }

    private RegisterAsset asset(JsonNode json, Vars vars) throws JqFailed {
        String key = id.text(vars, json);
        if (key.isEmpty()) {
            throw new JqFailed("an asset without an id (asset.id)");
        }
        String label = number.flatMap(program -> said(program, vars, json)).orElse(key);
        Map<String, String> known = new LinkedHashMap<>();
        if (cmms.isEmpty()) {
            known.put("equipment", label);
        }
        cmms.forEach((name, program) -> said(program, vars, json).ifPresent(text -> known.put(name, text)));
        return new RegisterAsset(
                key,
                label,
                said(name, vars, json).orElse(label),
                parent.flatMap(program -> said(program, vars, json)),
                location.isPresent() ? steps(location.get(), vars, json) : List.of(),
                said(type, vars, json),
                criticality.flatMap(program -> said(program, vars, json)),
                known);
    }

    private static Optional<String> said(Jq program, Vars vars, JsonNode json) {
        return Optional.of(program.text(vars, json).strip()).filter(text -> !text.isEmpty());
    }

    private static List<String> steps(Jq program, Vars vars, JsonNode json) throws JqFailed {
        List<String> steps = new ArrayList<>();
        for (JsonNode out : program.all(vars, json)) {
            if (out.isArray()) {
                out.forEach(step -> add(steps, step));
            } else {
                add(steps, out);
            }
        }
        return List.copyOf(steps);
    }

    private static void add(List<String> steps, JsonNode step) {
        if (step.isValueNode() && !step.isNull() && !step.asText().isBlank()) {
            steps.add(step.asText().strip());
        }
    }
}
