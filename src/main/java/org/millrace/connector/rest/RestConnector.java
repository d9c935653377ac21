package org.millrace.connector.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.millrace.connector.Answer;
import org.millrace.connector.OrderClient;
import org.millrace.connector.rest.Jq.JqFailed;
import org.millrace.connector.rest.Judge.Understood;

/**
 * A system of work orders as its connector file describes it. Safe for several threads; calls block for at most
 * {@code limits.max_wait} and the timeouts of {@code connection}, thrice when a login is needed.
 *
 * <p>Where the system's field is short, {@link #find} and {@link #create} use the reference's hash in its place; an order
 * that {@link #find} brings carries the reference it was asked for all the same, one of {@link #changes} the hash.
 */
public final class RestConnector implements OrderClient {
    private static final int MAX_ASSETS = 10_000;
    private static final String NO_ID = "an order without an id (order.id)";

    private final ConnectorFile file;
    private final Context context;
    private final Calls calls;
    private final Orders orders;
    private final Assets register;
    private final Map<String, CompiledOperation> operations = new HashMap<>();
    private final Map<String, Optional<String>> assets = new java.util.concurrent.ConcurrentHashMap<>();

    private RestConnector(ConnectorFile file, UnaryOperator<String> secrets, Transport transport, Clock clock) {
        this.file = file;
        this.context = Context.of(file, secrets, transport, clock);
        this.calls = new Calls(context);
        this.orders = new Orders(file);
        this.register = new Assets(file);
        file.operations().named().forEach((name, op) -> operations.put(name, CompiledOperation.of(name, op)));
    }

    /**
     * @param file without errors of {@link ConnectorCheck}, else IllegalArgumentException
     * @param secrets reads a reference such as {@code {{file-secret:atlas}}}; asked at every login or request
     * @param http must not follow redirects; {@link JdkTransport#client} makes one as the file asks for
     */
    public static RestConnector of(ConnectorFile file, UnaryOperator<String> secrets, HttpClient http, Clock clock) {
        return of(file, secrets, new JdkTransport(http, file.connection()), clock);
    }

    /** The same over another transport: a recording, or a proxy of the plant's own. */
    public static RestConnector of(
            ConnectorFile file, UnaryOperator<String> secrets, Transport transport, Clock clock) {
        return new RestConnector(file, secrets, transport, clock);
    }

    @Override
    public String id() {
        return file.id();
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(
                operations.containsKey("update"),
                operations.containsKey("state"),
                operations.containsKey("comment"),
                operations.containsKey("attach"),
                operations.containsKey("changes"),
                operations.containsKey("reading"));
    }

    /** The text with every secret and token of this connector replaced. */
    public String redact(String text) {
        return context.redactor().conceal(text, "***");
    }

    Clock clock() {
        return context.clock();
    }

    /** Logs in, where that takes a request of its own. */
    Answer<Void> login() {
        return calls.login().map(RestConnector::done);
    }

    @Override
    public Answer<List<RemoteOrder>> find(String reference) {
        String kept = Texts.reference(reference, file.fields());
        Vars vars = context.vars().with("ref", kept);
        return paged(require("find"), vars, NullNode.getInstance())
                .map(found -> found.stream()
                        .filter(item -> carries(item, kept))
                        .map(item -> named(item.order(), reference))
                        .sorted(Orders.BY_ID)
                        .toList());
    }

    /** A search often finds by parts of words: only what really carries the reference counts. */
    private boolean carries(Item item, String kept) {
        return require("find")
                .verify()
                .map(program -> program.holds(item.vars(), item.json()))
                .orElseGet(() -> item.order().reference().equals(Optional.of(kept)));
    }

    private static RemoteOrder named(RemoteOrder o, String reference) {
        return new RemoteOrder(
                o.id(), o.number(), o.state(), o.rawState(), Optional.of(reference), o.touched(), o.updated());
    }

    @Override
    public Answer<Optional<RemoteOrder>> get(String id) {
        if (!operations.containsKey("get")) {
            return missing("get");
        }
        CompiledOperation op = require("get");
        Answer<Optional<JsonNode>> found = current(id);
        if (!(found instanceof Answer.Ok<Optional<JsonNode>> ok) || ok.value().isEmpty()) {
            return found.map(gone -> Optional.empty());
        }
        Optional<RemoteOrder> order = orders.read(op, ok.value().get(), context.vars());
        return order.isPresent() ? new Answer.Ok<>(order) : unexpected(op, NO_ID);
    }

    /** The order's JSON; empty when it is gone. An answer of another form is a failure: the order is still there. */
    private Answer<Optional<JsonNode>> current(String id) {
        CompiledOperation op = require("get");
        Answer<Understood> answer = calls.perform(op, context.vars().with("id", id), NullNode.getInstance());
        if (!(answer instanceof Answer.Ok<Understood> ok) || ok.value().json() instanceof MissingNode) {
            return answer.map(gone -> Optional.empty());
        }
        try {
            return new Answer.Ok<>(
                    op.itemsOf(ok.value().json(), ok.value().vars()).stream().findFirst());
        } catch (JqFailed e) {
            return unexpected(op, e.getMessage());
        }
    }

    @Override
    public Answer<RemoteOrder> create(Draft draft) {
        CompiledOperation op = require("create");
        ObjectNode ticket = Texts.json(draft, file.fields());
        Answer<Vars> asset = withAsset(op, context.vars().with("ref", ticket.path("reference")), ticket);
        if (!(asset instanceof Answer.Ok<Vars> vars)) {
            return Calls.failed(asset);
        }
        Answer<Understood> answer = calls.perform(op, vars.value(), ticket);
        if (!(answer instanceof Answer.Ok<Understood> ok)) {
            return Calls.failed(answer);
        }
        return first(op, ok.value())
                .flatMap(json -> orders.read(op, json, ok.value().vars()))
                .<Answer<RemoteOrder>>map(order -> new Answer.Ok<>(named(order, draft.reference())))
                .orElseGet(() -> new Answer.Unknown<>("the answer to the creation holds no id"));
    }

    @Override
    public Answer<Void> update(String id, Draft draft) {
        if (!operations.containsKey("update")) {
            return missing("update");
        }
        CompiledOperation op = require("update");
        ObjectNode ticket = Texts.json(draft, file.fields());
        Vars vars = context.vars().with("ref", ticket.path("reference")).with("id", id);
        if (op.operation().mode() == ConnectorFile.Mode.READ_MODIFY_WRITE) {
            Answer<Optional<JsonNode>> read = current(id);
            Optional<Optional<JsonNode>> found = Calls.value(read);
            if (found.isEmpty()) {
                return Calls.failed(read);
            }
            if (found.get().isEmpty()) {
                return new Answer.Permanent<>("the order " + id + " is gone");
            }
            vars = vars.with("current", found.get().get());
        }
        Answer<Vars> asset = withAsset(op, vars, ticket);
        return asset instanceof Answer.Ok<Vars> ok ? write(op, ok.value(), ticket) : Calls.failed(asset);
    }

    @Override
    public Answer<Void> comment(String id, String text) {
        ObjectNode input = JsonNodeFactory.instance
                .objectNode()
                .put("text", Texts.cut(text, file.fields().text()));
        return write("comment", id, input);
    }

    @Override
    public Answer<Void> setState(String id, State state, String note) {
        if (operations.containsKey("state") && file.map().written(state).isEmpty()) {
            return new Answer.Permanent<>("the system has no word for " + ConnectorFile.word(state) + " (map.state)");
        }
        ObjectNode input = JsonNodeFactory.instance
                .objectNode()
                .put("state", ConnectorFile.word(state))
                .put("note", note);
        return write("state", id, input);
    }

    @Override
    public Answer<Void> attach(String id, String fileName, String mediaType, byte[] content) {
        ObjectNode input = JsonNodeFactory.instance
                .objectNode()
                .put("name", fileName)
                .put("media_type", mediaType)
                .put("base64", Base64.getEncoder().encodeToString(content));
        return operations.containsKey("attach")
                ? write(require("attach"), context.vars().with("id", id).with("name", fileName), input)
                : missing("attach");
    }

    @Override
    public Answer<Void> reading(Reading reading) {
        ObjectNode input = JsonNodeFactory.instance
                .objectNode()
                .put("asset", reading.asset())
                .put("meter", reading.meter())
                .put("value", reading.value())
                .put("unit", reading.unit())
                .put("time", Times.iso(reading.time()));
        return write("reading", reading.meter(), input);
    }

    @Override
    public Answer<Changes> changes(String cursor) {
        if (!operations.containsKey("changes")) {
            return missing("changes");
        }
        Instant from;
        if (cursor.isEmpty()) {
            return new Answer.Ok<>(
                    new Changes(List.of(), context.clock().instant().toString()));
        }
        try {
            from = Instant.parse(cursor);
        } catch (java.time.DateTimeException e) {
            return new Answer.Permanent<>("'" + cursor + "' is not a cursor of this connector");
        }
        CompiledOperation op = require("changes");
        ConnectorFile.Cursor form =
                op.operation().cursor().orElse(new ConnectorFile.Cursor("iso", "UTC", java.time.Duration.ofMinutes(2)));
        Vars vars = context.vars().with("since", Times.write(from.minus(form.overlap()), form));
        return paged(op, vars, NullNode.getInstance()).map(items -> {
            // the system's own times, not ours: the clocks differ
            Instant last = items.stream()
                    .flatMap(item -> item.order().updated().stream())
                    .max(Instant::compareTo)
                    .filter(from::isBefore)
                    .orElse(from);
            return new Changes(items.stream().map(Item::order).toList(), last.toString());
        });
    }

    @Override
    public Answer<Optional<String>> lookupAsset(String assetNumber) {
        if (!operations.containsKey("lookup_asset")) {
            return missing("lookup_asset");
        }
        CompiledOperation op = require("lookup_asset");
        ObjectNode input = JsonNodeFactory.instance.objectNode().put("number", assetNumber);
        Answer<Understood> answer = calls.perform(op, context.vars().with("number", assetNumber), input);
        if (!(answer instanceof Answer.Ok<Understood> ok)) {
            return Calls.failed(answer);
        }
        Jq id = op.id().orElseGet(() -> CompiledOperation.program(".id"));
        List<String> ids = items(op, ok.value()).stream()
                .map(json -> id.text(ok.value().vars(), json))
                .filter(text -> !text.isEmpty())
                .distinct()
                .toList();
        return ids.size() > 1
                ? new Answer.Permanent<>("the system has " + ids.size() + " assets of the number " + assetNumber)
                : new Answer.Ok<>(ids.stream().findFirst());
    }

    /**
     * What a request of another file brings, all its pages.
     *
     * @param fields jq over each item, by the name the result has it under; what gives nothing is left out
     */
    public Answer<List<Map<String, String>>> rows(ConnectorFile.Operation request, Map<String, String> fields) {
        CompiledOperation op = CompiledOperation.of("rows", request);
        Map<String, Jq> programs = CompiledOperation.programs(fields);
        List<Map<String, String>> rows = new ArrayList<>();
        int most = request.pages().map(ConnectorFile.Pages::most).orElse(1);
        try {
            JsonNode page = op.firstPage().isPresent()
                    ? op.firstPage().get().one(context.vars(), NullNode.getInstance())
                    : NullNode.getInstance();
            for (int i = 0; i < most; i++) {
                Answer<Understood> answer =
                        calls.perform(op, context.vars().with("page", page), NullNode.getInstance());
                if (!(answer instanceof Answer.Ok<Understood> ok)) {
                    return Calls.failed(answer);
                }
                Understood body = ok.value();
                for (JsonNode item : op.itemsOf(body.json(), body.vars())) {
                    Map<String, String> row = new java.util.LinkedHashMap<>();
                    programs.forEach((name, program) -> {
                        String text = program.text(body.vars(), item).strip();
                        if (!text.isEmpty()) {
                            row.put(name, text);
                        }
                    });
                    rows.add(row);
                }
                page = op.nextPage().isPresent()
                        ? op.nextPage().get().one(body.vars(), body.json())
                        : NullNode.getInstance();
                if (page.isNull()) {
                    return new Answer.Ok<>(rows);
                }
            }
            return new Answer.Permanent<>("there are more than " + most + " pages; hint: pages.most");
        } catch (JqFailed e) {
            return unexpected(op, e.getMessage());
        }
    }

    /** Whether the file says how to read the register of assets. */
    public boolean listsAssets() {
        return operations.containsKey("assets");
    }

    /**
     * One page of the register of assets.
     *
     * @param page where {@link RegisterPage#next} of the page before led; empty for the first
     */
    public Answer<RegisterPage> assets(Optional<JsonNode> page) {
        if (!listsAssets()) {
            return missing("assets");
        }
        CompiledOperation op = require("assets");
        try {
            JsonNode here = page.isPresent()
                    ? page.get()
                    : op.firstPage().isPresent()
                            ? op.firstPage().get().one(context.vars(), NullNode.getInstance())
                            : NullNode.getInstance();
            Answer<Understood> answer = calls.perform(op, context.vars().with("page", here), NullNode.getInstance());
            if (!(answer instanceof Answer.Ok<Understood> ok)) {
                return Calls.failed(answer);
            }
            return new Answer.Ok<>(register.page(op, ok.value()));
        } catch (JqFailed e) {
            return unexpected(op, e.getMessage());
        }
    }

    /** With $asset_id as the operation asks for; an asset the system does not know is null, its order is made all the same. */
    private Answer<Vars> withAsset(CompiledOperation op, Vars vars, JsonNode ticket) {
        String number =
                op.assetNumber().map(program -> program.text(vars, ticket)).orElse("");
        if (number.isEmpty() || !operations.containsKey("lookup_asset")) {
            return new Answer.Ok<>(vars.with("asset_id", NullNode.getInstance()));
        }
        Optional<String> known = assets.getOrDefault(number, Optional.empty());
        Answer<Optional<String>> looked = known.isPresent() ? new Answer.Ok<>(known) : lookupAsset(number);
        if (looked instanceof Answer.Permanent<Optional<String>>) { // two of one number: better no asset than no order
            looked = new Answer.Ok<>(Optional.empty());
        }
        Calls.value(looked).filter(Optional::isPresent).ifPresent(found -> remember(number, found));
        return looked.map(id -> id.map(text -> vars.with("asset_id", text))
                .orElseGet(() -> vars.with("asset_id", NullNode.getInstance())));
    }

    private void remember(String number, Optional<String> id) {
        if (assets.size() >= MAX_ASSETS) {
            assets.clear();
        }
        assets.put(number, id);
    }

    private Answer<Void> write(String name, String id, JsonNode input) {
        return operations.containsKey(name)
                ? write(require(name), context.vars().with("id", id), input)
                : missing(name);
    }

    private Answer<Void> write(CompiledOperation op, Vars vars, JsonNode input) {
        return calls.perform(op, vars, input).map(RestConnector::done);
    }

    private record Item(JsonNode json, RemoteOrder order, Vars vars) {}

    /** The orders of all pages, up to the most the file allows. */
    private Answer<List<Item>> paged(CompiledOperation op, Vars vars, JsonNode input) {
        List<Item> found = new ArrayList<>();
        int most = op.operation().pages().map(ConnectorFile.Pages::most).orElse(1);
        try {
            JsonNode page = op.firstPage().isPresent() ? op.firstPage().get().one(vars, input) : NullNode.getInstance();
            for (int i = 0; i < most; i++) {
                Answer<Understood> answer = calls.perform(op, vars.with("page", page), input);
                if (!(answer instanceof Answer.Ok<Understood> ok)) {
                    return Calls.failed(answer);
                }
                Understood body = ok.value();
                for (JsonNode json : op.itemsOf(body.json(), body.vars())) {
                    RemoteOrder order = orders.read(op, json, body.vars()).orElseThrow(() -> new JqFailed(NO_ID));
                    found.add(new Item(json, order, body.vars()));
                }
                page = op.nextPage().isPresent()
                        ? op.nextPage().get().one(body.vars(), body.json())
                        : NullNode.getInstance();
                if (page.isNull()) {
                    break;
                }
            }
            return new Answer.Ok<>(List.copyOf(found));
        } catch (JqFailed e) {
            return unexpected(op, e.getMessage());
        }
    }

    private static <T> Answer<T> unexpected(CompiledOperation op, String what) {
        return new Answer.Permanent<>("operations." + op.name() + ": the answer is not as expected: " + what);
    }

    private static Optional<JsonNode> first(CompiledOperation op, Understood body) {
        return items(op, body).stream().findFirst();
    }

    private static List<JsonNode> items(CompiledOperation op, Understood body) {
        try {
            return body.json() instanceof MissingNode ? List.of() : op.itemsOf(body.json(), body.vars());
        } catch (JqFailed e) {
            return List.of();
        }
    }

    private CompiledOperation require(String name) {
        CompiledOperation op = operations.get(name);
        if (op == null) {
            throw new IllegalStateException("connector " + file.id() + " has no operation " + name);
        }
        return op;
    }

    private static <T> Answer<T> missing(String name) {
        return new Answer.Permanent<>("the connector has no operation " + name);
    }

    @SuppressWarnings({"NullAway", "DoNotUseVoid"}) // Void has no other value
    private static Void done(Object value) {
        return null;
    }
}
