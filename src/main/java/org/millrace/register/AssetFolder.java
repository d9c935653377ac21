package org.millrace.register;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.millrace.config.YamlEdit;

/** The asset files of a home folder as texts: what they say in the fields a register knows too. */
public final class AssetFolder {
    /** In the order a new file has them; a key that is added goes behind the last of those before it. */
    static final List<String> ORDER = List.of("kind", "id", "name", "path", "class", "criticality", "cmms");

    /** One asset as its file says it. */
    public record Found(String id, Path file, YamlEdit document) {
        /** The fields a register knows too; {@code cmms.x} for what stands in its block. */
        public Map<String, String> fields() {
            Map<String, String> fields = new LinkedHashMap<>();
            for (String key : List.of("name", "path", "class", "criticality")) {
                document.get(key).ifPresent(text -> fields.put(key, text));
            }
            document.block("cmms").forEach((key, text) -> fields.put("cmms." + key, text));
            return fields;
        }
    }

    private AssetFolder() {}

    /** Every asset below {@code connectors-config/}, by file; what is no YAML is left to {@code hub check}. */
    public static List<Found> read(Path home) throws IOException {
        Path folder = home.resolve("connectors-config");
        List<Found> found = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return found;
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.filter(path -> path.getFileName().toString().matches("[^.].*\\.ya?ml"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            for (YamlEdit document : YamlEdit.documents(Files.readString(file))) {
                Optional<String> id = document.get("id");
                if (document.get("kind").equals(Optional.of("Asset")) && id.isPresent()) {
                    found.add(new Found(id.get(), file, document));
                }
            }
        }
        return List.copyOf(found);
    }

    /** A new file. @param fields as {@link Found#fields()} */
    static String text(String id, Map<String, String> fields) {
        StringBuilder out = new StringBuilder("kind: Asset\nid: " + YamlEdit.quoted(id) + "\n");
        for (String key : List.of("name", "path", "class", "criticality")) {
            if (fields.containsKey(key)) {
                out.append(key)
                        .append(": ")
                        .append(YamlEdit.quoted(fields.get(key)))
                        .append('\n');
            }
        }
        List<String> cmms = fields.entrySet().stream()
                .filter(field -> field.getKey().startsWith("cmms."))
                .map(field -> YamlEdit.quoted(field.getKey().substring("cmms.".length())) + ": "
                        + YamlEdit.quoted(field.getValue()))
                .toList();
        if (!cmms.isEmpty()) {
            out.append("cmms: { ").append(String.join(", ", cmms)).append(" }\n");
        }
        return out.toString();
    }

    /** The keys a new key of the document goes behind. */
    static List<String> before(String field) {
        String key = field.startsWith("cmms.") ? "cmms" : field;
        return ORDER.subList(0, Math.max(1, ORDER.indexOf(key)));
    }
}
