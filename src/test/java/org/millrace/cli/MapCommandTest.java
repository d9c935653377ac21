package org.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What it prints can be pasted: the asset file with it passes the check. */
class MapCommandTest {
    @TempDir
    Path home;

    private Path pump;

    @BeforeEach
    void configuration() throws IOException {
        pump = home.resolve("connectors-config/assets/p-101.yaml");
        Files.createDirectories(pump.getParent());
        Files.writeString(pump, "kind: Asset\nid: P-101\nname: Cooling pump\npath: acme/lyon/p-101\n");
        Files.writeString(home.resolve("connectors-config/assets/t-7.yaml"), """
                kind: Asset
                id: T-700
                name: Silo
                path: acme/lyon/t-700
                """);
        Files.writeString(home.resolve("connectors-config/press.yaml"), """
                kind: OpcUaSource
                id: press
                endpoint: opc.tcp://127.0.0.1:4840
                security: { policy: None }
                """);
        Files.writeString(home.resolve("browse.json"), """
                {"complete": true, "variables": [
                  {"path": "Objects/P101/Vibration", "node": "nsu=urn:x;i=7", "scalar": true, "readable": true},
                  {"path": "Objects/P101/Trace", "node": "nsu=urn:x;i=8", "scalar": false, "readable": true},
                  {"path": "Objects/TT101/Value", "node": "nsu=urn:x;i=9", "scalar": true, "readable": true},
                  {"path": "Objects/Clock", "node": "nsu=urn:x;i=10", "scalar": true, "readable": true}]}
                """);
    }

    private Cli map(String... more) {
        String[] args = {"map", "--home", home.toString(), "--signals", "press=" + home.resolve("browse.json"), ""};
        return Cli.hub(more.length == 0 ? java.util.Arrays.copyOf(args, 5) : with(args, more[0]));
    }

    private static String[] with(String[] args, String last) {
        args[5] = last;
        return args;
    }

    @Test
    void printsTagsToPasteAndWhatIsLeftOnBothSides() throws IOException {
        Cli map = map();
        assertThat(map.exit()).as(map.err()).isZero();
        assertThat(map.out())
                .contains("tags:\n  vibration: { from: press, node: \"nsu=urn:x;i=7\" } # 95 %: \"P101\" is its id")
                .contains("# unsure: 1\n#   press nsu=urn:x;i=9 (Objects/TT101/Value): P-101? 45 %")
                .contains("# signals like no machine: 1\n#   press nsu=urn:x;i=10 (Objects/Clock)")
                .contains("# machines without a signal: 1\n#   T-700 Silo")
                .doesNotContain("i=8");

        String tags = map.out().substring(map.out().indexOf("tags:"), map.out().indexOf("# unsure"));
        Files.writeString(pump, Files.readString(pump) + tags);
        Cli check = Cli.hub("check", home.toString());
        assertThat(check.out() + check.err()).doesNotContain("p-101.yaml");
        assertThat(map().out()).as("mapped now").doesNotContain("i=7");
    }

    @Test
    void jsonHasEveryProposalWithItsReason() throws IOException {
        JsonNode json = JsonMapper.builder().build().readTree(map("--json").out());
        assertThat(json.path("signals")).hasSize(3);
        assertThat(json.at("/signals/0/confident").asBoolean()).isTrue();
        assertThat(json.at("/signals/0/candidates/0/asset").asText()).isEqualTo("P-101");
        assertThat(json.at("/signals/1/confident").asBoolean()).isFalse();
        assertThat(json.at("/assetsWithoutSignals/0/id").asText()).isEqualTo("T-700");
    }

    @Test
    void aFileThatIsNotThereIsToldWithAHint() {
        Cli map = Cli.hub("map", "--home", home.toString(), "--signals", "x=nowhere.json");
        assertThat(map.exit()).isEqualTo(1);
        assertThat(map.err()).contains("nowhere.json can't be read; hint: --signals [SOURCE=]FILE");
    }
}
