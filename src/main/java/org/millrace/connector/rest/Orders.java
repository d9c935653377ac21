package org.millrace.connector.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.millrace.connector.OrderClient.RemoteOrder;
import org.millrace.connector.OrderClient.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads orders out of a system's JSON, by the file's {@code order} and {@code map}. */
final class Orders {
    /** Lowest id first: numbers by value, other ids as text after them. */
    static final Comparator<RemoteOrder> BY_ID = Comparator.comparing((RemoteOrder order) -> !numeric(order.id()))
            .thenComparing(order -> numeric(order.id()) ? order.id().length() : 0)
            .thenComparing(RemoteOrder::id);

    private static final Logger LOG = LoggerFactory.getLogger(Orders.class);
    private static final int MAX_STRANGE = 100;

    private final ConnectorFile file;
    private final Jq id;
    private final Optional<Jq> number;
    private final Jq state;
    private final Optional<Jq> reference;
    private final Optional<Jq> updated;
    private final Optional<Jq> touched;
    private final ZoneId zone;
    private final Set<String> strange = ConcurrentHashMap.newKeySet();

    Orders(ConnectorFile file) {
        ConnectorFile.OrderFields fields = file.order();
        this.file = file;
        this.id = CompiledOperation.program(fields.id());
        this.number = fields.number().map(CompiledOperation::program);
        this.state = CompiledOperation.program(fields.state());
        this.reference = fields.reference().map(CompiledOperation::program);
        this.updated = fields.updated().map(CompiledOperation::program);
        this.touched = fields.touched().map(CompiledOperation::program);
        this.zone = ZoneId.of(fields.zone());
    }

    /** Empty when it has no id: it cannot be addressed then. */
    Optional<RemoteOrder> read(CompiledOperation op, JsonNode json, Vars vars) {
        String key = op.id().orElse(id).text(vars, json);
        if (key.isEmpty()) {
            return Optional.empty();
        }
        String called = op.number().or(() -> number).map(program -> program.text(vars, json)).orElse("");
        String raw = state.text(vars, json);
        return Optional.of(new RemoteOrder(
                key,
                called.isEmpty() ? key : called,
                raw.isEmpty() ? State.OPEN : meaning(raw),
                raw,
                reference.map(program -> program.text(vars, json)).filter(text -> !text.isEmpty()),
                touched.map(program -> program.holds(vars, json)).orElse(false),
                updated.flatMap(program -> time(program, vars, json))));
    }

    private Optional<java.time.Instant> time(Jq program, Vars vars, JsonNode json) {
        try {
            return Times.read(program.one(vars, json), zone);
        } catch (Jq.JqFailed e) {
            return Optional.empty();
        }
    }

    private State meaning(String raw) {
        Optional<State> meant = file.map().meaning(raw);
        if (meant.isEmpty() && strange.size() < MAX_STRANGE && strange.add(raw)) {
            LOG.warn(
                    "connector {}: the state '{}' is in no list of map.state and is taken for {}",
                    file.id(),
                    raw,
                    file.map().otherState());
        }
        return meant.orElseGet(file.map()::other);
    }

    private static boolean numeric(String id) {
        return !id.isEmpty() && id.chars().allMatch(Character::isDigit);
    }
}
