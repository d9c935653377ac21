package org.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.connector.rest.Catalogue;

/** The way from a shipped connector to a tried one. */
class ConnectorCommandTest {
    @TempDir
    Path home;

    @Test
    void initWritesTheShippedFileOnceAndListShowsWhatThereIs() throws IOException {
        Files.createDirectories(home.resolve("connectors-config"));
        Cli list = Cli.hub("connector", "list", "--home", home.toString());
        assertThat(list.exit()).isZero();
        assertThat(list.out()).contains("Atlas CMMS", "hub connector init atlas");

        Cli init = Cli.hub("connector", "init", "atlas", "--home", home.toString());
        Path file = home.resolve("connectors-config/cmms/atlas.yaml");
        assertThat(init.exit()).isZero();
        assertThat(file).content().isEqualTo(Catalogue.text("atlas").orElseThrow());

        Files.writeString(file, "# mine\n" + Files.readString(file));
        Cli again = Cli.hub("connector", "init", "atlas", "--home", home.toString());
        assertThat(again.exit()).isEqualTo(1);
        assertThat(again.err()).contains("is there already");
        assertThat(file).content().startsWith("# mine");
    }

    @Test
    void testOfWhatIsNotThereSaysHowToGetIt() throws IOException {
        Files.createDirectories(home.resolve("connectors-config"));
        Cli test = Cli.hub("connector", "test", "atlas", "--home", home.toString());
        assertThat(test.exit()).isEqualTo(1);
        assertThat(test.err()).contains("hint: hub connector init atlas");

        Cli init = Cli.hub("connector", "init", "nothing", "--home", home.toString());
        assertThat(init.exit()).isEqualTo(1);
        assertThat(init.err()).contains("hint: atlas");
    }

    @Test
    void testOfASystemThatIsAwaySaysSoWithAHint() throws IOException {
        Files.createDirectories(home.resolve("connectors-config/cmms"));
        Files.writeString(home.resolve("connectors-config/cmms/x.yaml"), """
                kind: Connector
                id: x
                base_url: http://127.0.0.1:9
                order: { reference: .ref }
                operations:
                  find: { path: /orders, items: .rows }
                  create: { method: POST, path: /orders, body: '{ref: $ref}' }
                map:
                  severity: { critical: 1, major: 2, minor: 3, info: 4 }
                  state: { open: [NEW], in_progress: [], on_hold: [], done: [DONE], cancelled: [] }
                """);
        Cli test = Cli.hub("connector", "test", "x", "--home", home.toString());

        assertThat(test.exit()).isEqualTo(1);
        assertThat(test.out()).contains("ok    log in", "FAIL  find hub:connector-test:0", "hint: is the system running");
    }
}
