package org.millrace.connector.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.millrace.config.Placeholders;
import org.millrace.config.RecordBinder;
import org.millrace.config.YamlReader;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What an integrator gets from {@code hub connector init} passes the check and is described on a page. */
class CatalogueTest {
    static List<String> ids() {
        return Catalogue.ids();
    }

    @ParameterizedTest
    @MethodSource("ids")
    void passesTheCheck(String id) {
        RecordBinder binder = new RecordBinder(
                new Placeholders(name -> Optional.of("https://cmms.example"), name -> Optional.empty()));
        YamlReader.Parsed parsed =
                YamlReader.parse(id + ".yaml", Catalogue.text(id).orElseThrow());
        Optional<ConnectorFile> file =
                binder.bind(ConnectorFile.class, parsed.documents().getFirst());

        assertThat(parsed.problems()).isEmpty();
        assertThat(binder.problems()).isEmpty();
        assertThat(file.orElseThrow().id()).isEqualTo(id);
        assertThat(ConnectorCheck.problems(file.orElseThrow(), binder.positions())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("ids")
    void isValidForEditors(String id) throws Exception {
        JsonMapper json = JsonMapper.builder().build();
        JsonNode schema = json.readTree(Files.readString(Path.of("schemas/Connector.schema.json")));
        JsonNode document = json.valueToTree(new Load(LoadSettings.builder().build())
                .loadFromString(Catalogue.text(id).orElseThrow()));

        assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
                        .getSchema(schema)
                        .validate(document))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("ids")
    void hasAPageThatSaysWhatWasTried(String id) {
        assertThat(Path.of("docs/connectors/" + id + ".md"))
                .content()
                .contains("## What was checked")
                .contains("hub connector init " + id);
    }

    @Test
    void thereIsNoOther() {
        assertThat(Catalogue.text("../../package-info")).isEmpty();
        assertThat(Catalogue.text("limble")).isEmpty();
    }
}
