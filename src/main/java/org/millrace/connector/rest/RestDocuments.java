package org.millrace.connector.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.millrace.connector.Answer;
import org.millrace.connector.DocumentClient;
import org.millrace.connector.rest.CompiledDocument.CompiledLookup;
import org.millrace.connector.rest.CompiledDocument.CompiledStep;
import org.millrace.connector.rest.Jq.JqFailed;
import org.millrace.connector.rest.Judge.Understood;
import org.millrace.erp.BusinessDocument;
import org.millrace.erp.DocumentJson;
import org.millrace.erp.DocumentKind;
import org.millrace.erp.DocumentThere;

/** Documents of an ERP system as its connector file describes them. Safe for several threads; calls block. */
public final class RestDocuments implements DocumentClient {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Lowest id first: numbers by value, other ids as text after them. */
    private static final Comparator<DocumentThere> BY_ID = Comparator.comparing(
                    (DocumentThere there) -> !numeric(there.id()))
            .thenComparing(there -> numeric(there.id()) ? there.id().length() : 0)
            .thenComparing(DocumentThere::id);

    private final ErpConnectorFile file;
    private final Context context;
    private final Calls calls;
    private final Map<DocumentKind, CompiledDocument> kinds = new EnumMap<>(DocumentKind.class);

    private RestDocuments(ErpConnectorFile file, UnaryOperator<String> secrets, Transport transport, Clock clock) {
        this.file = file;
        this.context = Context.of(file, secrets, transport, clock);
        this.calls = new Calls(context);
        file.documents().named().forEach((kind, document) -> kinds.put(kind, CompiledDocument.of(kind, document)));
    }

    /**
     * @param file without errors of {@link ErpConnectorCheck}, else IllegalArgumentException
     * @param secrets reads a reference such as {@code {{file-secret:tryton}}}; asked at every login or request
     */
    public static RestDocuments of(
            ErpConnectorFile file, UnaryOperator<String> secrets, Transport transport, Clock clock) {
        return new RestDocuments(file, secrets, transport, clock);
    }

    @Override
    public String id() {
        return file.id();
    }

    @Override
    public Set<DocumentKind> kinds() {
        return Set.copyOf(kinds.keySet());
    }

    /** The text with every secret and token of this connector replaced. */
    public String redact(String text) {
        return context.redactor().conceal(text, "***");
    }

    /** Logs in, where that takes a request of its own. */
    public Answer<Void> login() {
        return calls.login().map(RestDocuments::done);
    }

    @Override
    public Answer<List<DocumentThere>> find(BusinessDocument document) {
        CompiledDocument kind = kind(document);
        ObjectNode json = DocumentJson.tree(document);
        Vars vars = vars(json);
        Answer<Understood> answer = calls.perform(kind.find(), vars, json);
        if (!(answer instanceof Answer.Ok<Understood> ok)) {
            return Calls.failed(answer);
        }
        try {
            List<DocumentThere> found = new ArrayList<>();
            for (JsonNode item :
                    kind.find().itemsOf(ok.value().json(), ok.value().vars())) {
                if (kind.verify().holds(ok.value().vars(), item)) {
                    Answer<DocumentThere> there = there(kind, item, ok.value().vars(), vars, json);
                    if (!(there instanceof Answer.Ok<DocumentThere> known)) {
                        return Calls.failed(there);
                    }
                    found.add(known.value());
                }
            }
            found.sort(BY_ID);
            return new Answer.Ok<>(List.copyOf(found));
        } catch (JqFailed e) {
            return unexpected(kind.find(), e.getMessage());
        }
    }

    /** With the step it needs next: the first that holds and has not been taken. */
    private Answer<DocumentThere> there(CompiledDocument kind, JsonNode item, Vars answered, Vars vars, ObjectNode json)
            throws JqFailed {
        String id = kind.id().text(answered, item);
        if (id.isEmpty()) {
            throw new JqFailed("what was found has no id");
        }
        String number =
                kind.number().map(program -> program.text(answered, item)).orElse("");
        for (CompiledStep step : kind.then()) {
            if (!step.holds().holds(answered.with("id", id), item)) {
                continue;
            }
            Answer<Boolean> taken = taken(step, vars.with("id", id).with("there", item), json);
            if (!(taken instanceof Answer.Ok<Boolean> known)) {
                return Calls.failed(taken);
            }
            if (!known.value()) {
                return new Answer.Ok<>(
                        new DocumentThere(id, number.isEmpty() ? id : number, step.name(), item.toString()));
            }
        }
        return new Answer.Ok<>(new DocumentThere(id, number.isEmpty() ? id : number, "", item.toString()));
    }

    private Answer<Boolean> taken(CompiledStep step, Vars vars, ObjectNode json) throws JqFailed {
        if (step.unless().isEmpty()) {
            return new Answer.Ok<>(false);
        }
        Answer<Understood> answer = calls.perform(step.unless().get(), vars, json);
        return answer instanceof Answer.Ok<Understood> ok
                ? new Answer.Ok<>(!step.unless()
                        .get()
                        .itemsOf(ok.value().json(), ok.value().vars())
                        .isEmpty())
                : Calls.failed(answer);
    }

    @Override
    public Answer<Created> create(BusinessDocument document) {
        CompiledDocument kind = kind(document);
        ObjectNode json = DocumentJson.tree(document);
        Answer<Vars> looked = lookUp(kind, vars(json), json);
        if (!(looked instanceof Answer.Ok<Vars> vars)) {
            return Calls.failed(looked);
        }
        Answer<Understood> answer = calls.perform(kind.create(), vars.value(), json);
        if (!(answer instanceof Answer.Ok<Understood> ok)) {
            return Calls.failed(answer);
        }
        Vars answered = ok.value().vars();
        String id = items(kind.create(), ok.value()).stream()
                .findFirst()
                .map(item -> kind.create().id().orElse(kind.id()).text(answered, item))
                .orElse("");
        return id.isEmpty()
                ? new Answer.Unknown<>("the answer to the creation holds no id")
                : new Answer.Ok<>(new Created(id, id, kind.then().isEmpty()));
    }

    /** Nothing was sent that changes anything: a lookup that fails is asked again, one that finds nothing needs a person. */
    private Answer<Vars> lookUp(CompiledDocument kind, Vars given, ObjectNode json) {
        Vars vars = given;
        for (CompiledLookup lookup : kind.lookups()) {
            Answer<JsonNode> found = lookUp(lookup, vars, json);
            if (!(found instanceof Answer.Ok<JsonNode> ok)) {
                return Calls.failed(found);
            }
            vars = vars.with(lookup.name(), ok.value());
        }
        return new Answer.Ok<>(vars);
    }

    private Answer<JsonNode> lookUp(CompiledLookup lookup, Vars vars, ObjectNode json) {
        try {
            if (lookup.each().isEmpty()) {
                return one(lookup, vars, json, "");
            }
            ArrayNode all = JsonNodeFactory.instance.arrayNode();
            for (JsonNode each : lookup.each().get().all(vars, json)) {
                Answer<JsonNode> found = one(lookup, vars.with("each", each), json, " of " + each);
                if (!(found instanceof Answer.Ok<JsonNode> ok)) {
                    return found;
                }
                all.add(ok.value());
            }
            return new Answer.Ok<>(all);
        } catch (JqFailed e) {
            return unexpected(lookup.request(), e.getMessage());
        }
    }

    private Answer<JsonNode> one(CompiledLookup lookup, Vars vars, ObjectNode json, String of) throws JqFailed {
        Answer<Understood> answer = calls.perform(lookup.request(), vars, json);
        if (!(answer instanceof Answer.Ok<Understood> ok)) {
            return Calls.failed(answer);
        }
        List<JsonNode> items =
                lookup.request().itemsOf(ok.value().json(), ok.value().vars());
        if (items.isEmpty() && !lookup.optional()) {
            return new Answer.Permanent<>("the system knows no " + lookup.name() + of + " for this document");
        }
        return new Answer.Ok<>(items.isEmpty() ? NullNode.getInstance() : items.getFirst());
    }

    @Override
    public Answer<Void> proceed(BusinessDocument document, DocumentThere there) {
        CompiledDocument kind = kind(document);
        CompiledStep step = kind.then().stream()
                .filter(one -> one.name().equals(there.step()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no step '" + there.step() + "'"));
        ObjectNode json = DocumentJson.tree(document);
        Vars vars = vars(json).with("id", there.id()).with("there", read(there.raw()));
        return calls.perform(step.call(), vars, json).map(RestDocuments::done);
    }

    private Vars vars(ObjectNode json) {
        String reference = json.path("reference").asText();
        UUID uuid = UUID.nameUUIDFromBytes(reference.getBytes(StandardCharsets.UTF_8));
        return context.vars()
                .with("ref", Texts.reference(reference, file.referenceLength()))
                .with("uuid", uuid.toString())
                .with("document", json);
    }

    private CompiledDocument kind(BusinessDocument document) {
        CompiledDocument kind = kinds.get(document.kind());
        if (kind == null) {
            throw new IllegalArgumentException(
                    "connector " + file.id() + " takes no " + document.kind().word());
        }
        return kind;
    }

    private static JsonNode read(String raw) {
        try {
            return JSON.readTree(raw);
        } catch (JsonProcessingException e) {
            return NullNode.getInstance();
        }
    }

    private static List<JsonNode> items(CompiledOperation op, Understood body) {
        try {
            return body.json() instanceof MissingNode ? List.of() : op.itemsOf(body.json(), body.vars());
        } catch (JqFailed e) {
            return List.of();
        }
    }

    private static <T> Answer<T> unexpected(CompiledOperation op, String what) {
        return new Answer.Permanent<>(op.place() + ": the answer is not as expected: " + what);
    }

    private static boolean numeric(String id) {
        return !id.isEmpty() && id.chars().allMatch(Character::isDigit);
    }

    @SuppressWarnings({"NullAway", "DoNotUseVoid"}) // Void has no other value
    private static Void done(Object value) {
        return null;
    }

    /** A document that the system cannot have; for {@code hub connector test}, which finds it nowhere. */
    public static BusinessDocument nothing(DocumentKind kind) {
        return Nothing.of(kind);
    }
}
