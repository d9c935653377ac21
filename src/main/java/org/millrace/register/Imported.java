package org.millrace.register;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the last import of one connector brought: {@code connectors-config/assets/.imported-<connector>.json}, to be kept
 * under version control with the asset files. One asset a line, without times, so that its differences read well.
 *
 * @param assets by the register's id
 */
public record Imported(Map<String, Entry> assets) {
    public static final Imported NOTHING = new Imported(Map.of());

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int FORMAT = 1;

    /** @param asset id of the asset file; @param fields as the register had them */
    public record Entry(String asset, Map<String, String> fields) {}

    /** Where it is kept. */
    public static Path file(Path home, String connector) {
        return home.resolve("connectors-config/assets/.imported-" + connector + ".json");
    }

    /** @throws IOException with the file's name and what to do when it can't be read or is not ours */
    public static Imported read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return NOTHING;
        }
        JsonNode json;
        try {
            json = JSON.readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new IOException(
                    file + " is damaged (" + e.getOriginalMessage() + "); hint: restore it from version"
                            + " control; without it the next import keeps everything the asset files say",
                    e);
        }
        if (json.path("format").asInt() != FORMAT) {
            throw new IOException(file + " is of format " + json.path("format") + ", this hub knows " + FORMAT
                    + "; hint: use the hub that wrote it, or a newer one");
        }
        Map<String, Entry> assets = new LinkedHashMap<>();
        json.path("assets").properties().forEach(one -> {
            Map<String, String> fields = new LinkedHashMap<>();
            one.getValue()
                    .path("fields")
                    .properties()
                    .forEach(
                            field -> fields.put(field.getKey(), field.getValue().asText()));
            assets.put(one.getKey(), new Entry(one.getValue().path("asset").asText(), fields));
        });
        return new Imported(assets);
    }

    /** As it stands in the file. */
    public String text() {
        StringBuilder out = new StringBuilder("{\"format\": " + FORMAT + ", \"assets\": {");
        String comma = "\n";
        for (Map.Entry<String, Entry> one : new TreeMap<>(assets).entrySet()) {
            ObjectNode fields = JSON.createObjectNode();
            new TreeMap<>(one.getValue().fields()).forEach(fields::put);
            ObjectNode entry =
                    JSON.createObjectNode().put("asset", one.getValue().asset());
            entry.set("fields", fields);
            out.append(comma).append("  ").append(JSON.getNodeFactory().textNode(one.getKey()));
            out.append(": ").append(entry);
            comma = ",\n";
        }
        return out.append("\n}}\n").toString();
    }
}
