package org.millrace.erp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.Blocks;
import org.millrace.check.Configuration;
import org.millrace.check.HomeFolder;
import org.millrace.config.Placeholders;
import org.millrace.config.Problem;
import org.millrace.connector.rest.ErpCatalogue;
import org.millrace.e2e.Homes;

/** The examples of docs/erp.md pass the check beside the shipped plant. */
class ErpDocsTest {
    @TempDir
    Path home;

    @Test
    void theExamplesPassTheCheck() throws Exception {
        for (String folder : new String[] {"assets", "kpi", "sources"}) {
            Path from = Path.of("connectors-config", folder);
            try (var files = Files.list(from)) {
                for (Path file : files.toList()) {
                    Homes.write(home, "connectors-config/" + folder + "/" + file.getFileName(), Files.readString(file));
                }
            }
        }
        Homes.write(
                home,
                "connectors-config/erp/press-3.yaml",
                Blocks.of("erp.md", "connectors-config/erp/press-3.yaml")
                        .replace("order.number", "state")
                        .replace("energy: { tag: energy.total, bits: 32 }\n", ""));
        for (String name : new String[] {"erp-staging.yaml", "mes.yaml"}) {
            Homes.write(home, "connectors-config/erp/" + name, Blocks.of("erp.md", "connectors-config/erp/" + name));
        }
        Homes.write(
                home,
                "connectors-config/erp/tryton.yaml",
                ErpCatalogue.text("tryton").orElseThrow());
        for (String name : new String[] {"erp.camel.yaml", "erp-staging.camel.yaml"}) {
            Homes.write(home, "routes/sinks/" + name, Blocks.of("erp.md", "routes/sinks/" + name));
        }
        Map<String, String> environment = Map.of(
                "ERP_STAGING_URL", "jdbc:postgresql://erp.example/staging",
                "TRYTON_URL", "https://erp.example/tryton",
                "TRYTON_USER", "hub");

        Configuration read = HomeFolder.read(
                home,
                new Placeholders(
                        name -> Optional.of(environment.getOrDefault(name, "mqtt://127.0.0.1:1")),
                        name -> Optional.empty()));

        assertThat(read.problems().stream().filter(p -> p.file().matches(".*(/erp/|/sinks/).*")))
                .map(Problem::toString)
                .isEmpty();
        assertThat(read.erp().production()).hasSize(1);
        assertThat(read.erp().connectors()).hasSize(1);
    }
}
