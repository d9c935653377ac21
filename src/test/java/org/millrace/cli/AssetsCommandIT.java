package org.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.connector.rest.Catalogue;
import org.millrace.connector.stub.AtlasStub;

/** The register of a server with Atlas's manners, and the files a person owns. */
class AssetsCommandIT {
    private static final String PUMP = """
            # the pump everybody knows
            kind: Asset
            id: P-101
            name: Cooling water pump      # as on the door
            path: acme/lyon/utilities/cooling/p-101
            class: rotodynamic-pump
            cmms: { equipment: "10004711" }
            tags:
              vib: { from: field, device: d1, field: v }
            """;

    @TempDir
    Path home;

    private final AtlasStub atlas = new AtlasStub();
    private Path assets;

    @BeforeEach
    void configuration() throws IOException {
        assets = home.resolve("connectors-config/assets");
        Files.createDirectories(assets);
        Files.createDirectories(home.resolve("connectors-config/cmms"));
        Files.createDirectories(home.resolve("connectors-config/sources"));
        Files.createDirectories(home.resolve("secrets"));
        Files.writeString(home.resolve("secrets/atlas"), AtlasStub.PASSWORD);
        Files.writeString(
                home.resolve("connectors-config/cmms/atlas.yaml"),
                Catalogue.text("atlas")
                        .orElseThrow()
                        .replace("{{env:ATLAS_URL}}", atlas.url())
                        .replace("{{env:ATLAS_USER}}", AtlasStub.USER)
                        .replace("per_minute: 80, per_hour: 900, ", ""));
        Files.writeString(home.resolve("connectors-config/sources/field.yaml"), """
                kind: MqttSource
                id: field
                broker: mqtt://127.0.0.1:1883
                client_id: hub
                topics: [ { filter: "plant/+/+/telemetry", decode: json, map: { device: "$topic[2]", readings: .values } } ]
                """);
        Files.writeString(assets.resolve("p-101.yaml"), PUMP);
        atlas.registered(1, "Cooling water pump", "10004711", Optional.empty(), "Pump house");
        atlas.registered(2, "Mécanique d'étanchéité <A>", "SEAL 7", Optional.of(1), "");
        atlas.registered(3, "Silo: resin {{env:HOME}}", "T-201", Optional.empty(), "Yard/North");
    }

    @AfterEach
    void stop() {
        atlas.close();
    }

    private Cli imported(String... more) {
        String[] args = new String[5 + more.length];
        System.arraycopy(new String[] {"assets", "import", "atlas", "--home", home.toString()}, 0, args, 0, 5);
        System.arraycopy(more, 0, args, 5, more.length);
        return Cli.hub(args);
    }

    private String file(String name) throws IOException {
        return Files.readString(assets.resolve(name));
    }

    @Test
    void writesNewMachinesLeavesThePersonsFileAndTheResultPassesTheCheck() throws IOException {
        Cli dry = imported("--dry-run");
        assertThat(dry.exit()).as(dry.err()).isEqualTo(3);
        assertThat(dry.out())
                .contains("+++ b/connectors-config/assets/seal-7.yaml", "+id: SEAL-7", "(nothing written)");
        assertThat(assets.resolve("seal-7.yaml")).doesNotExist();

        Cli done = imported();
        assertThat(done.exit()).as(done.err()).isZero();
        assertThat(file("p-101.yaml")).isEqualTo(PUMP);
        assertThat(file("seal-7.yaml")).isEqualTo("""
                kind: Asset
                id: SEAL-7
                name: "Mécanique d'étanchéité <A>"
                path: acme/lyon/utilities/cooling/p-101/seal-7
                cmms: { equipment: SEAL 7 }
                """);
        assertThat(file("t-201.yaml"))
                .contains("name: \"Silo: resin { {env:HOME}}\"", "path: acme/lyon/yard-north/t-201");
        assertThat(Cli.hub("check", home.toString()).out()).doesNotContain("assets/");

        Cli again = imported("--dry-run");
        assertThat(again.exit()).isZero();
        assertThat(again.out()).contains("3 assets in the register: 0 new, 0 updated");
    }

    @Test
    void aLaterImportBringsWhatChangedThereAndKeepsWhatAPersonChanged() throws Exception {
        imported();
        Files.writeString(
                assets.resolve("seal-7.yaml"), file("seal-7.yaml").replace("kind:", "# looked after by Anne\nkind:"));
        Files.writeString(
                assets.resolve("t-201.yaml"), file("t-201.yaml").replaceFirst("name: .*", "name: Silo 1 # ours"));
        atlas.registered(1, "Pump, cooling water", "10004711", Optional.empty(), "Pump house");
        atlas.registered(2, "Shaft seal", "SEAL 7", Optional.of(1), "");
        atlas.registered(3, "Resin silo", "T-201", Optional.empty(), "Yard/South");

        Cli done = imported();
        assertThat(done.exit()).as(done.err()).isZero();
        assertThat(file("seal-7.yaml")).startsWith("# looked after by Anne\n").contains("name: \"Shaft seal\"\n");
        assertThat(file("t-201.yaml")).contains("name: Silo 1 # ours", "path: acme/lyon/yard-north/t-201");
        assertThat(file("p-101.yaml"))
                .as("it was there before the first import")
                .contains("name: \"Pump, cooling water\"");
        assertThat(done.out())
                .contains("-name: \"Mécanique d'étanchéité <A>\"", "+name: \"Shaft seal\"")
                .contains("T-201: name was changed on both sides: \"Silo 1\" stays, the register says \"Resin silo\"")
                .contains("T-201: the register has it at \"acme/lyon/yard-south/t-201\" now");

        Cli again = imported("--json");
        JsonNode json = JsonMapper.builder().build().readTree(again.out());
        assertThat(json.path("updated").asInt()).isZero();
        assertThat(json.path("changes"))
                .as("a conflict is told once")
                .allSatisfy(change -> assertThat(change.path("kind").asText()).isIn("own", "kept"));
    }

    @Test
    void whatLeavesTheRegisterIsToldAndStays() throws IOException {
        imported();
        atlas.unregister(3);
        Cli done = imported();
        assertThat(done.exit()).isZero();
        assertThat(done.out()).contains("T-201: no longer in the register; its file stays");
        assertThat(assets.resolve("t-201.yaml")).exists();
    }

    @Test
    void aLongRegisterIsReadInPagesAndThrottlingIsWaitedFor() throws IOException {
        for (int i = 10; i < 130; i++) {
            atlas.registered(i, "Motor " + i, "M-" + i, Optional.empty(), "Hall");
        }
        atlas.tooMany(1);
        Cli done = imported("--json");
        assertThat(done.exit()).as(done.err()).isZero();
        assertThat(done.err()).contains("waiting 2 s: HTTP 429");
        assertThat(atlas.count("POST", "/assets/search")).isGreaterThanOrEqualTo(3);
        assertThat(JsonMapper.builder()
                        .build()
                        .readTree(done.out())
                        .path("created")
                        .asInt())
                .isEqualTo(122);
    }

    @Test
    void aRegisterThatWouldBreakTheCheckWritesNothing() throws IOException {
        Files.writeString(assets.resolve("twin.yaml"), """
                kind: Asset
                id: OTHER
                name: Other
                path: acme/lyon/yard-north/t-201
                """);
        Files.writeString(home.resolve("connectors-config/rules.yaml"), """
                kind: Rule
                id: nameless
                watch: level
                applies_to: { class: none }
                """);
        Cli bad = imported();
        assertThat(bad.exit()).isEqualTo(1);
        assertThat(bad.err()).contains("the configuration has errors; hint: hub check");
        assertThat(assets.resolve("seal-7.yaml")).doesNotExist();

        Files.delete(home.resolve("connectors-config/rules.yaml"));
        Cli good = imported();
        assertThat(good.exit()).as(good.err()).isZero();
        assertThat(file("t-201.yaml")).as("the place is taken").contains("path: acme/lyon/yard-north/t-201-2");
    }

    @Test
    void failuresSayWhereAndWhatToDo() throws IOException {
        Cli unknown = Cli.hub("assets", "import", "maximo", "--home", home.toString());
        assertThat(unknown.exit()).isEqualTo(1);
        assertThat(unknown.err()).contains("hint: hub connector init maximo");

        Files.writeString(home.resolve("secrets/atlas"), "wrong");
        Cli refused = imported();
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err())
                .contains("the register at " + atlas.url() + "/assets/search can't be read", "hint: user, secret");
    }
}
