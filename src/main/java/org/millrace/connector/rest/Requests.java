package org.millrace.connector.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.millrace.connector.rest.Jq.JqFailed;
import org.millrace.connector.rest.Transport.Call;

/** Makes the request of an operation. */
final class Requests {
    /** The same in every request: nothing in a file's bytes can be taken for it by chance, it is checked. */
    private static final String BOUNDARY = "millrace-7f3c0b1d9a5e4c62";

    private final String base;
    private final Map<String, String> headers;

    Requests(SystemFile file) {
        this.base = base(file);
        this.headers = file.headers();
    }

    /** The base URL, without a slash at its end. */
    static String base(SystemFile file) {
        return file.baseUrl().replaceFirst("/+$", "");
    }

    /** @param input {@code .} of the programs */
    Call of(CompiledOperation op, Vars vars, JsonNode input) throws JqFailed {
        Map<String, String> sent = new LinkedHashMap<>();
        sent.put("Accept", "application/json");
        byte[] body = body(op, vars, input, sent);
        for (Map<String, String> more :
                java.util.List.of(headers, op.operation().headers())) {
            for (Map.Entry<String, String> header : more.entrySet()) {
                set(sent, header.getKey(), Template.header(header.getValue(), vars));
            }
        }
        String query = query(op.query(), vars, input);
        String path = Template.path(op.operation().path(), vars);
        return new Call(op.operation().method(), uri(path, query), sent, body);
    }

    /** A header once, whatever the case of its name: RT 5 answers 500 to two content types. */
    static void set(Map<String, String> headers, String name, String value) {
        headers.keySet().removeIf(name::equalsIgnoreCase);
        headers.put(name, value);
    }

    URI uri(String path, String query) {
        String url = path.startsWith("https://") || path.startsWith("http://") ? path : base + path;
        return URI.create(asking(url, query));
    }

    static String asking(String url, String query) {
        return query.isEmpty() ? url : url + (url.contains("?") ? "&" : "?") + query;
    }

    static String query(Map<String, Jq> parameters, Vars vars, JsonNode input) throws JqFailed {
        StringJoiner query = new StringJoiner("&");
        for (Map.Entry<String, Jq> parameter : parameters.entrySet()) {
            JsonNode value = parameter.getValue().one(vars, input);
            if (value.isArray()) {
                value.forEach(item -> query.add(pair(parameter.getKey(), item)));
            } else if (!value.isNull()) {
                query.add(pair(parameter.getKey(), value));
            }
        }
        return query.toString();
    }

    private static String pair(String name, JsonNode value) {
        return Template.encode(name) + "=" + Template.encode(text(value));
    }

    private static String text(JsonNode value) {
        if (value.isNumber()) { // never 1.7E12
            java.math.BigDecimal number = value.decimalValue().stripTrailingZeros();
            return number.scale() < 0 ? number.setScale(0).toPlainString() : number.toPlainString();
        }
        return value.isValueNode() ? value.asText() : value.toString();
    }

    private static byte[] body(CompiledOperation op, Vars vars, JsonNode input, Map<String, String> headers)
            throws JqFailed {
        switch (op.operation().encode()) {
            case JSON -> {
                if (op.body().isEmpty()) {
                    return new byte[0];
                }
                headers.put("Content-Type", "application/json");
                return op.body().get().one(vars, input).toString().getBytes(StandardCharsets.UTF_8);
            }
            case FORM -> {
                headers.put("Content-Type", "application/x-www-form-urlencoded");
                return query(op.form(), vars, input).getBytes(StandardCharsets.UTF_8);
            }
            case RAW -> {
                headers.put("Content-Type", input.path("media_type").asText("application/octet-stream"));
                return file(input);
            }
            case MULTIPART -> {
                headers.put("Content-Type", "multipart/form-data; boundary=" + BOUNDARY);
                return multipart(op, vars, input);
            }
        }
        throw new IllegalStateException();
    }

    private static byte[] multipart(CompiledOperation op, Vars vars, JsonNode input) throws JqFailed {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Map.Entry<String, Jq> field : op.form().entrySet()) {
            JsonNode value = field.getValue().one(vars, input);
            if (!value.isNull()) {
                part(
                        out,
                        "name=\"" + quoted(field.getKey()) + "\"",
                        "",
                        text(value).getBytes(StandardCharsets.UTF_8));
            }
        }
        String name = "name=\"" + quoted(op.operation().fileField()) + "\"; filename=\""
                + quoted(input.path("name").asText()) + "\"";
        part(out, name, "Content-Type: " + quoted(input.path("media_type").asText()) + "\r\n", file(input));
        out.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    private static void part(ByteArrayOutputStream out, String disposition, String type, byte[] content)
            throws JqFailed {
        if (new String(content, StandardCharsets.ISO_8859_1).contains(BOUNDARY)) {
            throw new JqFailed("the content holds the boundary of the form");
        }
        String head = "--" + BOUNDARY + "\r\nContent-Disposition: form-data; " + disposition + "\r\n" + type + "\r\n";
        out.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        out.writeBytes(content);
        out.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
    }

    private static String quoted(String text) {
        return text.replaceAll("[\\r\\n\"\\\\]", "_");
    }

    private static byte[] file(JsonNode input) {
        return Base64.getDecoder().decode(input.path("base64").asText());
    }
}
