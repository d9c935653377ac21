package org.millrace.systems;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A company with a press's product and a spare part in a Tryton server, made and read by its own calls. */
final class TrytonPlant {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI address;
    private final String session;
    private int company;

    TrytonPlant(String url) throws IOException, InterruptedException {
        address = URI.create(url + "/");
        JsonNode login = post(
                "{\"id\":0,\"method\":\"common.db.login\",\"params\":[\"%s\",{\"password\":\"%s\"},\"en\"]}"
                        .formatted(Tryton.USER, Tryton.PASSWORD),
                "");
        String plain = Tryton.USER + ":" + login.path("result").path(0).asInt() + ":"
                + login.path("result").path(1).asText();
        session = "Session " + Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }

    private JsonNode post(String body, String authorization) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("HTTP " + answer.statusCode() + ": " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    /** @param params as JSON, without the context */
    JsonNode call(String method, String params) throws IOException, InterruptedException {
        String context = company == 0 ? "{}" : "{\"company\":" + company + "}";
        JsonNode answer =
                post("{\"id\":1,\"method\":\"" + method + "\",\"params\":[" + params + "," + context + "]}", session);
        if (answer.has("error")) {
            throw new IOException(method + ": " + answer.path("error"));
        }
        return answer.path("result");
    }

    /** What the plant's people would have set up. */
    void setUp() throws IOException, InterruptedException {
        int currency = call(
                        "model.currency.currency.create",
                        "[{\"name\":\"Euro\",\"code\":\"EUR\",\"symbol\":\"E\",\"rates\":[[\"create\",[{\"rate\":"
                                + decimal("1") + "}]]]}]")
                .path(0)
                .asInt();
        int party = call("model.party.party.create", "[{\"name\":\"Acme\"}]")
                .path(0)
                .asInt();
        int made = call("model.company.company.create", "[{\"party\":" + party + ",\"currency\":" + currency + "}]")
                .path(0)
                .asInt();
        call("model.res.user.write", "[1],{\"companies\":[[\"add\",[" + made + "]]],\"company\":" + made + "}");
        company = made;
        product("A12", "Cover > & \"lid\" é", true);
        product("BRG-6205", "Bearing 6205", false);
        call("model.stock.location.create", "[{\"name\":\"Maintenance\",\"type\":\"storage\",\"code\":\"MAINT\"}]");
    }

    private void product(String code, String name, boolean producible) throws IOException, InterruptedException {
        int unit = first("model.product.uom.search", "[[\"name\",\"=\",\"Unit\"]],0,1,null");
        call(
                "model.product.template.create",
                JSON.writeValueAsString(java.util.List.of(java.util.Map.of(
                        "name", name,
                        "code", code,
                        "type", "goods",
                        "default_uom", unit,
                        "purchase_uom", unit,
                        "purchasable", true,
                        "producible", producible,
                        "list_price", java.util.Map.of("__class__", "Decimal", "decimal", "0"),
                        "products",
                                java.util.List.of(
                                        java.util.List.of("create", java.util.List.of(java.util.Map.of())))))));
    }

    int product(String code) throws IOException, InterruptedException {
        return first("model.product.product.search", "[[\"code\",\"=\",\"" + code + "\"]],0,1,null");
    }

    int location(String code) throws IOException, InterruptedException {
        return first("model.stock.location.search", "[[\"code\",\"=\",\"" + code + "\"]],0,1,null");
    }

    /** Puts so many on the shelf. */
    void stock(String code, double quantity) throws IOException, InterruptedException {
        JsonNode inventory = call(
                "model.stock.inventory.create",
                "[{\"location\":" + location("STO")
                        + ",\"date\":{\"__class__\":\"date\",\"year\":2026,\"month\":11,\"day\":22},\"company\":1,"
                        + "\"lines\":[[\"create\",[{\"product\":" + product(code) + ",\"quantity\":" + quantity
                        + "}]]]}]");
        call("model.stock.inventory.confirm", inventory.toString());
    }

    private int first(String method, String params) throws IOException, InterruptedException {
        JsonNode found = call(method, params);
        if (found.isEmpty()) {
            throw new IOException(method + " " + params + " finds nothing");
        }
        return found.path(0).asInt();
    }

    private static String decimal(String value) {
        return "{\"__class__\":\"Decimal\",\"decimal\":\"" + value + "\"}";
    }
}
