package org.millrace.connector.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.millrace.config.Placeholders;
import org.millrace.config.RecordBinder;
import org.millrace.config.YamlReader;

/** ERP connector files of the catalogue for tests. */
public final class ShippedErp {
    private ShippedErp() {}

    public static ErpConnectorFile file(String id, Map<String, String> environment) {
        return parse(ErpCatalogue.text(id).orElseThrow(), name -> Optional.ofNullable(environment.get(name)));
    }

    /** At a base URL, with the user {@code hub}; whatever else it asks of the environment is 7. */
    static ErpConnectorFile at(String id, String url) {
        String prefix = id.toUpperCase(Locale.ROOT).replace('-', '_');
        Map<String, String> environment = new HashMap<>(Map.of(prefix + "_URL", url, prefix + "_USER", "hub"));
        return parse(ErpCatalogue.text(id).orElseThrow(), name -> Optional.of(environment.getOrDefault(name, "7")));
    }

    private static ErpConnectorFile parse(String yaml, Function<String, Optional<String>> environment) {
        YamlReader.Parsed parsed = YamlReader.parse("test.yaml", yaml);
        RecordBinder binder = new RecordBinder(new Placeholders(environment, name -> Optional.empty()));
        Optional<ErpConnectorFile> file =
                binder.bind(ErpConnectorFile.class, parsed.documents().getFirst());
        assertThat(parsed.problems()).isEmpty();
        assertThat(binder.problems()).isEmpty();
        assertThat(ErpConnectorCheck.problems(file.orElseThrow(), binder.positions()))
                .isEmpty();
        return file.orElseThrow();
    }
}
