package org.millrace.connector.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.config.Placeholders;
import org.millrace.config.RecordBinder;
import org.millrace.config.YamlReader;

/** Connector files for tests: those of the catalogue with an environment, or texts. */
public final class Shipped {
    private Shipped() {}

    /** A connector of the catalogue, every environment variable it names filled from {@code environment}. */
    public static ConnectorFile file(String id, Map<String, String> environment) {
        return parse(Catalogue.text(id).orElseThrow(), environment);
    }

    /** The same at a base URL, with the user {@code hub}; whatever else it asks of the environment is 7. */
    public static ConnectorFile at(String id, String url) {
        String prefix = id.toUpperCase(java.util.Locale.ROOT).replace('-', '_');
        Map<String, String> environment = new HashMap<>(Map.of(prefix + "_URL", url, prefix + "_USER", "hub"));
        return parse(Catalogue.text(id).orElseThrow(), name -> Optional.of(environment.getOrDefault(name, "7")));
    }

    /** The least that makes a connector: finds and creates; {@code more} are further keys. */
    public static ConnectorFile least(String baseUrl, String more) {
        return parse("""
                kind: Connector
                id: x
                base_url: %s
                order: { reference: .ref }
                operations:
                  find: { path: /orders, items: .rows }
                  create: { method: POST, path: /orders, body: '{ref: $ref}' }
                map:
                  severity: { critical: 1, major: 2, minor: 3, info: 4 }
                  state: { open: [NEW], in_progress: [], on_hold: [], done: [DONE], cancelled: [] }
                """.formatted(baseUrl) + more, Map.of());
    }

    public static ConnectorFile parse(String yaml, Map<String, String> environment) {
        return parse(yaml, name -> Optional.ofNullable(environment.get(name)));
    }

    private static ConnectorFile parse(String yaml, java.util.function.Function<String, Optional<String>> environment) {
        YamlReader.Parsed parsed = YamlReader.parse("test.yaml", yaml);
        RecordBinder binder = new RecordBinder(new Placeholders(environment, name -> Optional.empty()));
        Optional<ConnectorFile> file =
                binder.bind(ConnectorFile.class, parsed.documents().getFirst());
        assertThat(parsed.problems()).isEmpty();
        assertThat(binder.problems()).isEmpty();
        assertThat(List.of(file)).isNotEmpty();
        return file.orElseThrow();
    }
}
