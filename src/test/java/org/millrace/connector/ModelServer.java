package org.millrace.connector;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.millrace.rule.RuleFile.Severity;

/**
 * A work-order system in memory as real ones are: it knows no idempotency, and answers as it is told to. It also keeps
 * the one law every caller must obey: no creation without a find of the same reference since the last one.
 */
final class ModelServer implements OrderClient {
    /** How the next calls end. */
    enum Fate {
        OK,
        /** Carried out, the answer is lost. */
        LOST,
        /** Not carried out, and the caller can't know it. */
        SWALLOWED,
        /** Answered with a 500 and carried out later. */
        LATE,
        REFUSED,
        THROTTLED,
        UNAUTHORIZED,
        PERMANENT
    }

    static final class Order {
        final String id;
        final String reference;
        State state = State.OPEN;
        Severity severity;
        boolean touched;
        long changed;
        final List<String> comments = new ArrayList<>();
        final List<String> files = new ArrayList<>();

        Order(String id, String reference, Severity severity) {
            this.id = id;
            this.reference = reference;
            this.severity = severity;
        }
    }

    private record Late(long at, Draft draft) {}

    final Map<String, Order> orders = new TreeMap<>(Comparator.comparingInt(Integer::parseInt));
    private final List<Late> late = new ArrayList<>();
    private final Set<String> found = new HashSet<>();
    private final Map<String, Integer> posts = new HashMap<>();
    private final LongSupplier now;
    private final Capabilities capabilities;
    Supplier<Fate> fate = () -> Fate.OK;
    Optional<Fate> createFate = Optional.empty();
    long lateBy = 1_000_000;
    int calls;
    String violation = "";
    private int ids;
    private long version;

    ModelServer(LongSupplier now, Capabilities capabilities) {
        this.now = now;
        this.capabilities = capabilities;
    }

    static Capabilities everything() {
        return new Capabilities(true, true, true, true, true, false);
    }

    @Override
    public String id() {
        return "model";
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    int posts() {
        return posts.values().stream().mapToInt(Integer::intValue).sum();
    }

    List<Order> open() {
        carryOutLate();
        return orders.values().stream().filter(order -> order.state.isOpen()).toList();
    }

    /** What a person does in the system's own screens. */
    void person(String id, State state) {
        Order order = orders.get(id);
        order.state = state;
        order.touched = true;
        order.changed = ++version;
    }

    @Override
    public Answer<List<RemoteOrder>> find(String reference) {
        carryOutLate();
        return answer(true, () -> {
            found.add(reference);
            return orders.values().stream()
                    .filter(order -> order.reference.equals(reference))
                    .map(ModelServer::remote)
                    .toList();
        });
    }

    @Override
    public Answer<Optional<RemoteOrder>> get(String id) {
        return answer(true, () -> Optional.ofNullable(orders.get(id)).map(ModelServer::remote));
    }

    @Override
    public Answer<RemoteOrder> create(Draft draft) {
        carryOutLate();
        if (!found.remove(draft.reference())) {
            violation = "created " + draft.reference() + " without a find since the last creation";
        }
        posts.merge(draft.reference(), 1, Integer::sum);
        Fate now = createFate.orElseGet(fate);
        if (now == Fate.LATE) {
            late.add(new Late(this.now.getAsLong() + lateBy, draft));
            return new Answer.Unknown<>("HTTP 500");
        }
        return answer(now, () -> remote(make(draft)));
    }

    private Order make(Draft draft) {
        Order order = new Order(Integer.toString(++ids), draft.reference(), draft.severity());
        order.changed = ++version;
        orders.put(order.id, order);
        return order;
    }

    private void carryOutLate() {
        late.removeIf(waiting -> {
            if (waiting.at() <= now.getAsLong()) {
                make(waiting.draft());
                return true;
            }
            return false;
        });
    }

    @Override
    public Answer<Void> update(String id, Draft draft) {
        return change(id, order -> order.severity = draft.severity());
    }

    @Override
    public Answer<Void> comment(String id, String text) {
        return change(id, order -> order.comments.add(text));
    }

    @Override
    public Answer<Void> setState(String id, State state, String note) {
        return change(id, order -> order.state = state);
    }

    @Override
    public Answer<Void> attach(String id, String fileName, String mediaType, byte[] content) {
        return change(id, order -> order.files.add(fileName));
    }

    @Override
    public Answer<Changes> changes(String cursor) {
        carryOutLate();
        long from = cursor.isEmpty() ? 0 : Long.parseLong(cursor);
        return answer(
                true,
                () -> new Changes(
                        orders.values().stream()
                                .filter(order -> order.changed > from)
                                .map(ModelServer::remote)
                                .toList(),
                        Long.toString(version)));
    }

    @Override
    public Answer<Void> reading(Reading reading) {
        return new Answer.Permanent<>("no meters");
    }

    @Override
    public Answer<Optional<String>> lookupAsset(String assetNumber) {
        return new Answer.Ok<>(Optional.empty());
    }

    private Answer<Void> change(String id, java.util.function.Consumer<Order> change) {
        Fate next = fate.get();
        if (!orders.containsKey(id)) {
            return new Answer.Permanent<>("404");
        }
        @SuppressWarnings("NullAway") // Void has no other value
        Answer<Void> done = answer(next == Fate.LATE ? Fate.LOST : next, () -> {
            Order order = orders.get(id);
            change.accept(order);
            order.changed = ++version;
            return null;
        });
        return done;
    }

    private <T> Answer<T> answer(boolean reading, Supplier<T> work) {
        Fate next = fate.get();
        return answer(reading && next == Fate.LATE ? Fate.SWALLOWED : next, work);
    }

    private <T> Answer<T> answer(Fate next, Supplier<T> work) {
        calls++;
        return switch (next) {
            case OK -> new Answer.Ok<>(work.get());
            case LOST -> {
                work.get();
                yield new Answer.Unknown<>("timeout");
            }
            case SWALLOWED, LATE -> new Answer.Unknown<>("HTTP 500");
            case REFUSED -> new Answer.Retryable<>("connection refused");
            case THROTTLED -> new Answer.Throttled<>("HTTP 429", Optional.of(Duration.ofSeconds(3)));
            case UNAUTHORIZED -> new Answer.Unauthorized<>("HTTP 401");
            case PERMANENT -> new Answer.Permanent<>("HTTP 400");
        };
    }

    private static RemoteOrder remote(Order order) {
        return new RemoteOrder(
                order.id,
                "WO-" + order.id,
                order.state,
                order.state.name(),
                Optional.of(order.reference),
                order.touched,
                Optional.empty());
    }
}
