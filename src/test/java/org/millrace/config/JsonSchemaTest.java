package org.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.config.YamlNode.Mapping;
import org.millrace.config.YamlNode.Scalar;
import org.millrace.config.YamlNode.Sequence;
import org.millrace.config.YamlNode.Unusable;
import org.millrace.plant.AssetFile;
import org.millrace.rule.RuleFile;
import org.millrace.source.mqtt.MqttSourceFile;
import org.millrace.source.opcua.OpcUaSourceFile;
import org.millrace.source.plc.PlcSourceFile;

/** Editor and hub must agree: what the schema accepts binds, and what it refuses does not. */
class JsonSchemaTest {
    private static final List<Class<? extends Record>> KINDS =
            List.of(AssetFile.class, RuleFile.class, MqttSourceFile.class, OpcUaSourceFile.class, PlcSourceFile.class);

    private static final String GOOD = """
            kind: OpcUaSource
            id: press-line
            endpoint: opc.tcp://127.0.0.1:4840
            security: { policy: Basic256Sha256, mode: SignAndEncrypt, user: hub, password: "{{file-secret:press-line}}" }
            sample_every: 500ms
            ---
            kind: PlcSource
            id: plc-7
            connection: "modbus-tcp://127.0.0.1:1502"
            timeout: 2s
            scan: { fast: 250ms, slow: 10s }
            ---
            kind: MqttSource
            id: field
            broker: mqtt://127.0.0.1:1883
            client_id: millrace-field
            session: 7d
            topics:
              - { filter: "application/+/device/+/event/up", decode: chirpstack }
              - { filter: "plant/+/+/telemetry", decode: json, map: { device: "$topic[2]", time: .ts } }
            ---
            kind: Asset
            id: P-101
            name: Cooling water pump
            path: acme/lyon/utilities/cooling/p-101
            class: rotodynamic-pump
            criticality: A
            rated: { power: 75 kW, speed: "1480 {rot}/min" }
            cmms: { equipment: "10004711", planner_group: MEC }
            tags:
              vibration.velocity_rms: { from: field, device: 24e124136b502217, field: v_rms, unit: mm/s, range: [0, 50], expect_every: 10m, stale_after: 35m }
              temperature.bearing: { from: press-line, node: "nsu=urn:acme:press;s=P101.TBear", unit: "[degF]", store_as: Cel, sample_every: 1s, deadband: 0.2 Cel }
              state: { from: plc-7, address: "holding-register:1:INT", scan: fast, map: { 0: STOP, 1: RUN } }
            ---
            kind: Rule
            id: vib-zone
            title: "Vibration zone {level} on {asset.name}"
            for: { class: rotodynamic-pump }
            watch: zones
            input: vibration.velocity_rms
            limits: { C: 4.5 mm/s, D: 7.1 mm/s }
            while: state == 'RUN'
            settle: 30s
            deadband: 0.2 mm/s
            levels: { C: { severity: minor, on_delay: 15m, off_delay: 30m }, D: { severity: critical } }
            failure_mode: VIB
            guidance: { text: "Check alignment.", link: "https://intranet/doc/P-101" }
            work_order: { on: raised, due: { C: 7d, D: 4h } }
            """;

    private static final com.networknt.schema.JsonSchema SCHEMA =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(JsonSchema.of(KINDS));

    private static Set<ValidationMessage> validate(YamlNode document) {
        return SCHEMA.validate(json(document));
    }

    private static boolean binds(YamlNode document) {
        RecordBinder binder = new RecordBinder(Placeholders.of(Map.of(), Map.of()));
        String kind = ((Scalar) ((Mapping) document).entry("kind").orElseThrow().value()).text();
        Class<? extends Record> type = KINDS.stream()
                .filter(k -> k.getAnnotation(Kind.class).value().equals(kind))
                .findFirst()
                .orElseThrow();
        return binder.bind(type, document).isPresent();
    }

    @Test
    void theProposedFilesAreValidForEditorAndHub() {
        YamlReader.Parsed parsed = YamlReader.parse("good.yaml", GOOD);
        assertThat(parsed.problems()).isEmpty();
        assertThat(parsed.documents()).hasSize(5).allSatisfy(document -> {
            assertThat(validate(document)).isEmpty();
            assertThat(binds(document)).isTrue();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kind: PlcSource\nid: a\n",
                "kind: PlcSource\nid: a\nconnection: x\ntimeout: 30\n",
                "kind: PlcSource\nid: a\nconnection: x\ntimeout: 2 sec\n",
                "kind: PlcSource\nid: a\nconnection: x\ntimeuot: 2s\n",
                "kind: PlcSource\nid: a\nconnection: x\nscan: [fast]\n",
                "kind: MqttSource\nid: a\nbroker: b\nclient_id: c\npassword: hunter2\n",
                "kind: MqttSource\nid: a\nbroker: b\nclient_id: c\nreceive_maximum: many\n",
                "kind: OpcUaSource\nid: a\nendpoint: b\nsecurity: { mode: Encrypt }\n",
                "kind: OpcUaSource\nid: a\nendpoint: b\nsecurity: { allow_insecure: maybe }\n",
                "kind: Asset\nid: a\nname: b\npath: a/b\nrated: { power: much }\n",
            })
    void whatTheHubRefusesTheEditorUnderlines(String text) {
        YamlNode document = YamlReader.parse("bad.yaml", text).documents().getFirst();
        assertThat(validate(document)).isNotEmpty();
        assertThat(binds(document)).isFalse();
    }

    @Test
    void descriptionsAndDefaultsAreForTheEditor() {
        JsonNode schema = JsonSchema.of(PlcSourceFile.class);
        assertThat(schema.at("/$schema").asText()).contains("draft-07");
        assertThat(schema.at("/properties/timeout/default").asText()).isEqualTo("2s");
        assertThat(schema.at("/properties/timeout/description").asText()).isEqualTo("Longest wait for one read.");
        assertThat(schema.at("/properties/kind/const").asText()).isEqualTo("PlcSource");
        assertThat(schema.at("/required")).extracting(JsonNode::asText).containsExactly("kind", "id", "connection");
    }

    private static JsonNode json(YamlNode node) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (node) {
            case Mapping mapping -> {
                var object = json.objectNode();
                mapping.entries().forEach(e -> object.set(e.key(), json(e.value())));
                yield object;
            }
            case Sequence sequence -> {
                var array = json.arrayNode();
                sequence.items().forEach(item -> array.add(json(item)));
                yield array;
            }
            case Scalar scalar ->
                switch (scalar.type()) {
                    case NULL -> json.nullNode();
                    case FLAG -> json.booleanNode(Boolean.parseBoolean(scalar.text()));
                    case WHOLE -> json.numberNode(Long.parseLong(scalar.text()));
                    case REAL -> json.numberNode(Double.parseDouble(scalar.text()));
                    case TEXT -> json.textNode(scalar.text());
                };
            case Unusable unusable -> throw new IllegalArgumentException(unusable.toString());
        };
    }
}
