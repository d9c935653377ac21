package org.millrace.connector.stub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Atlas CMMS as its real server was seen to behave (docs/connectors/atlas.md), on a loopback port. */
public final class AtlasStub implements AutoCloseable {
    public static final String USER = "hub@example.invalid";
    public static final String PASSWORD = "s3cret";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What becomes of certain requests while it is set. */
    public enum Trouble {
        /** Carried out; the answer is a 500. */
        DONE_THEN_500,
        /** Not carried out; 500. */
        ERROR,
        /** Too many calls, without Retry-After. */
        TOO_MANY,
        /** Not carried out, and no answer while it lasts. */
        HANGS,
        /** Carried out, and no answer while it lasts. */
        DONE_THEN_HANGS,
        /** 200 with something that is no JSON; not carried out. */
        GARBAGE,
        /** The token is refused, also a fresh one. */
        UNAUTHORIZED
    }

    /** @param micros when it came, µs on a clock of its own */
    public record Request(String method, String path, int status, long micros) {}

    public static final class Order {
        public final int id;
        public String title = "";
        public String description = "";
        public String priority = "NONE";
        public String status = "OPEN";
        public Optional<Integer> asset = Optional.empty();
        public String assetStatus = "";
        public final List<String> comments = new CopyOnWriteArrayList<>();
        private Instant updated = Instant.EPOCH;
        private boolean assigned;

        Order(int id) {
            this.id = id;
        }

        public String number() {
            return "WO%06d".formatted(id);
        }
    }

    private record Answer(int status, String body) {}

    private final HttpServer server;
    private final Map<Integer, Order> orders = new LinkedHashMap<>();
    private final Map<String, Integer> assets = new ConcurrentHashMap<>();
    private final List<String> readings = new CopyOnWriteArrayList<>();
    private final List<String> register = new CopyOnWriteArrayList<>();
    private final Map<String, Trouble> troubles = new ConcurrentHashMap<>();
    private final Map<Integer, Instant> meters = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<String> arrived = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile String token = "none yet";
    private volatile int tooMany;
    private volatile int allowed = 30;
    private int tokens;
    private int ids;

    public AtlasStub() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    public synchronized List<Order> orders() {
        return List.copyOf(orders.values());
    }

    public List<Order> open() {
        return orders().stream().filter(o -> !o.status.equals("COMPLETE")).toList();
    }

    /** Everything that was answered, in order. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** How often something was asked, answered yet or not. */
    public long count(String method, String path) {
        return arrived.stream().filter((method + " " + path)::equals).count();
    }

    public void asset(String barCode, int id) {
        assets.put(barCode, id);
    }

    /** What meters were read, {@code meter=value}, in order. */
    public List<String> readings() {
        return List.copyOf(readings);
    }

    /** The update frequency of every meter is over. */
    public void nextDay() {
        meters.clear();
    }

    /** Puts a machine into the register, or in the place of the one with this id. */
    public void registered(int id, String name, String barCode, Optional<Integer> parent, String location) {
        var node = JSON.createObjectNode()
                .put("id", id)
                .put("customId", "A%06d".formatted(id))
                .put("name", escaped(name))
                .put("barCode", barCode)
                .put("archived", false);
        parent.ifPresent(above -> node.putObject("parentAsset").put("id", above));
        if (!location.isEmpty()) {
            node.putObject("location").put("id", 1).put("name", escaped(location));
        }
        unregister(id);
        register.add(node.toString());
    }

    /** A machine leaves the register. */
    public void unregister(int id) {
        register.removeIf(json -> json.startsWith("{\"id\":" + id + ","));
    }

    /** The session ends: the next request gets 403 with an empty body. */
    public void expireToken() {
        token = "expired";
    }

    /** @param on method, space and path, such as {@code POST /work-orders}; {@code *} for all but the login */
    public void trouble(String on, Trouble what) {
        troubles.put(on, what);
    }

    public void wellAgain() {
        troubles.clear();
    }

    /** The next so many requests are too many. */
    public void tooMany(int next) {
        tooMany = next;
    }

    /** A licence without the limit of 30 incomplete orders. */
    public void licensed() {
        allowed = Integer.MAX_VALUE;
    }

    /** So many orders of other people, open. */
    public synchronized void fillUp(int count) {
        for (int i = 0; i < count; i++) {
            Order order = new Order(++ids);
            order.title = "Somebody's own work";
            orders.put(order.id, order);
        }
    }

    /** What a technician does in the app. */
    public synchronized void person(int id, String status) {
        Order order = orders.get(id);
        order.status = status;
        order.assigned = true;
        order.updated = Instant.now();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getPath();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        long micros = System.nanoTime() / 1_000;
        arrived.add(method + " " + path);
        Answer answer;
        try {
            answer = answer(exchange, method, path, body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer = new Answer(503, "");
        } catch (RuntimeException e) {
            answer = new Answer(500, "{\"message\":\"" + e.getClass().getSimpleName() + "\"}");
        }
        requests.add(new Request(method, path, answer.status(), micros));
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        try (exchange) {
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            if (bytes.length > 0) {
                exchange.getResponseBody().write(bytes);
            }
        }
    }

    private Answer answer(HttpExchange exchange, String method, String path, String body) throws InterruptedException {
        Optional<Trouble> trouble = troubles.entrySet().stream()
                .filter(entry -> entry.getKey().equals(method + " " + path)
                        || entry.getKey().equals("*") && !path.startsWith("/auth"))
                .map(Map.Entry::getValue)
                .findFirst();
        if (tooMany > 0) {
            tooMany--;
            return new Answer(429, "");
        }
        if (trouble.isEmpty()) {
            return normal(exchange, method, path, body);
        }
        return switch (trouble.get()) {
            case DONE_THEN_500 -> {
                normal(exchange, method, path, body);
                yield new Answer(500, "{\"message\":\"could not commit\"}");
            }
            case ERROR -> new Answer(500, "{\"message\":\"internal error\"}");
            case TOO_MANY -> new Answer(429, "");
            case HANGS -> hang();
            case DONE_THEN_HANGS -> {
                normal(exchange, method, path, body);
                yield hang();
            }
            case GARBAGE -> new Answer(200, "<html><body>Welcome to nginx!</body></html>");
            case UNAUTHORIZED -> new Answer(401, "");
        };
    }

    /** Until the client has given up, or this server is closed. */
    private Answer hang() throws InterruptedException {
        boolean ended = closed.await(20, TimeUnit.SECONDS);
        return new Answer(ended ? 503 : 504, "");
    }

    private Answer normal(HttpExchange exchange, String method, String path, String text) {
        JsonNode body = text.isEmpty() ? JSON.createObjectNode() : parse(text);
        if (path.equals("/auth/signin")) {
            return signIn(body);
        }
        if (!("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            return new Answer(403, ""); // not 401, and not a word
        }
        String[] parts = path.split("/");
        return switch (method + " " + path.replaceAll("\\d+", "{id}")) {
            case "POST /work-orders" -> create(body);
            case "POST /work-orders/search" -> search(body);
            case "GET /work-orders/{id}" -> one(number(parts[2]), order -> {});
            case "PATCH /work-orders/{id}" -> patch(number(parts[2]), body);
            case "PATCH /work-orders/{id}/change-status" ->
                one(
                        number(parts[2]),
                        order -> order.status = body.path("status").asText());
            case "POST /comments" -> comment(body);
            case "POST /assets/search" -> assets(body);
            case "POST /readings" -> reading(body);
            default -> new Answer(404, "{\"message\":\"no handler\"}");
        };
    }

    private synchronized Answer signIn(JsonNode body) {
        if (!body.path("password").asText().equals(PASSWORD)) {
            return new Answer(403, "");
        }
        token = "t" + ++tokens;
        return new Answer(200, "{\"accessToken\":\"" + token + "\"}");
    }

    private synchronized Answer create(JsonNode body) {
        if (body.path("title").asText().isBlank()) {
            return new Answer(400, "{\"message\":\"title must not be blank\"}");
        }
        if (open().size() >= allowed) {
            return new Answer(403, "{\"message\":\"Free Limit of 30 incomplete work orders reached\"}");
        }
        Order order = new Order(++ids);
        orders.put(order.id, order);
        fill(order, body);
        return new Answer(200, json(order)); // not 201
    }

    private synchronized Answer patch(int id, JsonNode body) {
        return body.path("title").asText().isBlank()
                ? new Answer(500, "{\"message\":\"title must not be null\"}")
                : one(id, order -> fill(order, body));
    }

    private static void fill(Order order, JsonNode body) {
        order.title = body.path("title").asText();
        order.description = body.path("description").asText();
        order.priority = body.path("priority").asText("NONE");
        order.asset = body.path("asset").has("id")
                ? Optional.of(body.path("asset").path("id").asInt())
                : Optional.empty();
        order.assetStatus = body.path("assetStatus").asText();
        order.updated = Instant.now();
    }

    private synchronized Answer one(int id, java.util.function.Consumer<Order> change) {
        Order order = orders.get(id);
        if (order == null) {
            return new Answer(404, "{\"message\":\"Not found\"}");
        }
        String before = json(order);
        change.accept(order);
        if (!json(order).equals(before)) {
            order.updated = Instant.now();
        }
        return new Answer(200, json(order));
    }

    private synchronized Answer comment(JsonNode body) {
        return one(
                body.path("workOrder").path("id").asInt(),
                order -> order.comments.add(body.path("content").asText()));
    }

    private synchronized Answer search(JsonNode body) {
        List<Order> found = new ArrayList<>(orders.values());
        for (JsonNode filter : body.path("filterFields")) {
            String value = filter.path("value").asText();
            switch (filter.path("field").asText()) {
                case "description" -> found.removeIf(order -> !order.description.contains(value));
                case "updatedAt" -> {
                    if (value.matches(".*\\.\\d{3}Z")) {
                        found.removeIf(order -> order.updated.isBefore(Instant.parse(value)));
                    } else {
                        found.clear(); // 200, and silently nothing
                    }
                }
                default -> throw new IllegalArgumentException("filter");
            }
        }
        int size = body.path("pageSize").asInt();
        List<String> page = found.stream()
                .skip((long) body.path("pageNum").asInt() * size)
                .limit(size)
                .map(AtlasStub::json)
                .toList();
        return new Answer(200, "{\"content\":[" + String.join(",", page) + "]}");
    }

    private Answer assets(JsonNode body) {
        if (body.path("filterFields").isEmpty()) {
            int size = body.path("pageSize").asInt();
            List<String> page = register.stream()
                    .skip((long) body.path("pageNum").asInt() * size)
                    .limit(size)
                    .toList();
            return new Answer(
                    200, "{\"totalElements\":" + register.size() + ",\"content\":[" + String.join(",", page) + "]}");
        }
        Integer id = assets.get(body.path("filterFields").path(0).path("value").asText());
        return new Answer(200, id == null ? "{\"content\":[]}" : "{\"content\":[{\"id\":" + id + "}]}");
    }

    /** Once a day and meter. */
    private Answer reading(JsonNode body) {
        int meter = body.path("meter").path("id").asInt();
        if (meters.putIfAbsent(meter, Instant.now()) != null) {
            return new Answer(406, "{\"message\":\"The update frequency has not been respected\"}");
        }
        readings.add(meter + "=" + body.path("value").asText());
        return new Answer(200, "{\"id\":" + readings.size() + "}");
    }

    private static int number(String part) {
        return Integer.parseInt(part);
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String json(Order order) {
        var node = JSON.createObjectNode()
                .put("id", order.id)
                .put("customId", order.number())
                .put("title", escaped(order.title))
                .put("description", escaped(order.description))
                .put("priority", order.priority)
                .put("status", order.status)
                .put(
                        "updatedAt",
                        order.updated
                                .truncatedTo(java.time.temporal.ChronoUnit.MILLIS)
                                .toString());
        order.asset.ifPresent(id -> node.putObject("asset").put("id", id));
        if (order.assigned) {
            node.putObject("primaryUser").put("id", 7);
        }
        return node.toString();
    }

    /** As Atlas stores it: every text comes back so. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    @Override
    public String toString() {
        return Arrays.toString(requests.toArray());
    }
}
