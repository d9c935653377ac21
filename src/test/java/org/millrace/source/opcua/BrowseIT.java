package org.millrace.source.opcua;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.check.Configuration;
import org.millrace.check.HomeFolder;
import org.millrace.check.OnlineCheck;
import org.millrace.config.Placeholders;
import org.millrace.config.Problem;

/** What a server says of its variables, as tags and as a check of tags. */
class BrowseIT {
    private static final int CELSIUS = 4408652;
    private static final int BAR = 0x424152;
    private static final Placeholders NOTHING = new Placeholders(name -> Optional.empty(), name -> Optional.empty());

    @TempDir
    Path folder;

    private Sources sources;

    @BeforeEach
    void server() throws Exception {
        sources = new Sources(folder.resolve("pki"));
        ScriptedServer server = sources.closing(new ScriptedServer(sources.setup()
                .with("Press.T Öl", 48.5)
                .with("Press.P1", 120f)
                .with("2nd pump", true)
                .with("Count", 7)
                .with("Curve", new Double[] {1.0, 2.0})));
        server.describe("Press.T Öl", CELSIUS, "°C", -20, 150);
        server.describe("Press.P1", BAR, "bar", 0, 250);
        server.describe("Count", 0, "Stück", 0, 1e9);
    }

    @AfterEach
    void close() throws Exception {
        sources.close();
    }

    @Test
    void theListingIsAnAssetFilesTagsAndPassesTheCheck() throws Exception {
        ServerInquiry.Listing listing = inquire().browse(6, 100);
        List<String> lines = TagLines.of("press", listing.variables());

        assertThat(listing.complete()).isTrue();
        assertThat(lines)
                .anySatisfy(line -> assertThat(line)
                        .contains("press.t_l: { from: press, node: \"nsu=urn:test:plant;s=Press.T Öl\", unit: \"Cel\"")
                        .contains("range: [\"-20 Cel\", \"150 Cel\"]", "# Double"))
                .anySatisfy(line -> assertThat(line).contains("_2nd_pump: {", "# Boolean"))
                .anySatisfy(line -> assertThat(line).contains("count: {", "shown in 'Stück': add the UCUM unit"))
                .anySatisfy(line -> assertThat(line).startsWith("  # ").contains("s=Curve", "an array"))
                .noneSatisfy(line -> assertThat(line).contains("EURange"))
                .noneSatisfy(line -> assertThat(line).contains("ServerStatus"));

        Configuration configuration = HomeFolder.read(home(String.join("\n", lines)), NOTHING);
        assertThat(configuration.problems()).isEmpty();
        assertThat(configuration.plant().tags()).hasSize(4);
    }

    @Test
    void depthAndLimitAreKeptAndSaid() throws Exception {
        try (ServerInquiry inquiry = inquire()) {
            ServerInquiry.Listing listing = inquiry.browse(6, 2);
            assertThat(listing.variables()).hasSize(2);
            assertThat(listing.complete()).isFalse();
        }
    }

    @Test
    void theOnlineCheckComparesNodesUnitsAndRanges() throws Exception {
        Path home = home("""
                  oil: { from: press, node: "nsu=urn:test:plant;s=Press.T Öl", unit: "[degF]", range: ["0 [degF]", "500 [degF]"] }
                  right: { from: press, node: "nsu=urn:test:plant;s=Press.P1", unit: bar, range: [0 bar, 300 bar] }
                  narrow: { from: press, node: "nsu=urn:test:plant;s=Count", range: [0, 10] }
                  gone: { from: press, node: "nsu=urn:test:plant;s=Gone" }
                  array: { from: press, node: "nsu=urn:test:plant;s=Curve" }
                """);

        List<Problem> problems = OnlineCheck.problems(home, NOTHING, UnaryOperator.identity(), sources.folders);

        assertThat(problems).allSatisfy(p -> assertThat(p.severity()).isEqualTo(Problem.Severity.WARNING));
        assertThat(problems)
                .extracting(p -> p.line() + " " + p.message())
                .containsExactlyInAnyOrder(
                        "6 the tag says [degF], the server gives Cel",
                        "6 the range is narrower than the server's: it gives values from -20 to 150 Cel",
                        "8 the range is narrower than the server's: it gives values from 0 to 1000000000",
                        "9 the server does not have this node: Bad_NodeIdUnknown",
                        "10 the node is an array; a tag takes one value");
    }

    @Test
    void aServerThatIsAwayIsAWarningAtItsEndpoint() throws Exception {
        sources.connectTo = Sources.freePort();

        assertThat(OnlineCheck.problems(home("  {}"), NOTHING, UnaryOperator.identity(), sources.folders))
                .singleElement()
                .satisfies(p -> {
                    assertThat(p.file()).endsWith("press.yaml");
                    assertThat(p.line()).isEqualTo(3);
                    assertThat(p.message()).startsWith("cannot connect to opc.tcp://127.0.0.1:");
                });
    }

    private ServerInquiry inquire() throws Exception {
        return ServerInquiry.open(sources.file(), UnaryOperator.identity(), sources.folders);
    }

    private Path home(String tags) throws Exception {
        Path home = folder.resolve("home");
        Files.createDirectories(home.resolve("connectors-config/sources"));
        Files.createDirectories(home.resolve("connectors-config/assets"));
        Files.writeString(home.resolve("connectors-config/sources/press.yaml"), """
                kind: OpcUaSource
                id: press
                endpoint: opc.tcp://127.0.0.1:%d/plant
                security: { policy: None, allow_insecure: true }
                """.formatted(sources.connectTo));
        Files.writeString(
                home.resolve("connectors-config/assets/pr-1.yaml"),
                "kind: Asset\nid: PR-1\nname: Press\npath: acme/lyon/hall/line/pr-1\ntags:\n" + tags + "\n");
        return home;
    }
}
