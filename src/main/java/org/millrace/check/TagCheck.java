package org.millrace.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.millrace.config.DidYouMean;
import org.millrace.config.Positions;
import org.millrace.config.Problem;
import org.millrace.plant.AssetFile;
import org.millrace.source.file.FileSourceFile;
import org.millrace.source.http.HttpSourceFile;
import org.millrace.source.mqtt.MqttSourceFile;
import org.millrace.source.opcua.OpcUaSourceCheck;
import org.millrace.source.opcua.OpcUaSourceFile;
import org.millrace.source.plc.PlcSourceCheck;
import org.millrace.source.plc.PlcSourceFile;
import org.millrace.source.sql.SqlSourceFile;

/** Whether a tag's address is one that its source can read. What the asset file says by itself is checked elsewhere. */
final class TagCheck {
    private static final String DEFAULT_SCAN = "default";

    private final Map<String, Record> sources;
    private final Positions positions;
    private final List<Problem> problems = new ArrayList<>();

    /** @param sources source files by id */
    TagCheck(Map<String, Record> sources, Positions positions) {
        this.sources = sources;
        this.positions = positions;
    }

    List<Problem> problems(List<AssetFile> assets) {
        for (AssetFile asset : assets) {
            asset.tags().forEach((name, tag) -> tag.from().map(sources::get).ifPresent(source -> tag(tag, source)));
        }
        return problems;
    }

    private void tag(AssetFile.TagFile tag, Record source) {
        switch (source) {
            case MqttSourceFile s -> {
                wrongKind(tag, tag.node().isPresent(), "node", s.id(), "an MQTT", "device and field");
                wrongKind(tag, tag.address().isPresent(), "address", s.id(), "an MQTT", "device and field");
            }
            case HttpSourceFile s -> {
                wrongKind(tag, tag.node().isPresent(), "node", s.id(), "an HTTP", "device and field");
                wrongKind(tag, tag.address().isPresent(), "address", s.id(), "an HTTP", "device and field");
            }
            case FileSourceFile s -> {
                wrongKind(tag, tag.node().isPresent(), "node", s.id(), "a file", "device and field");
                wrongKind(tag, tag.address().isPresent(), "address", s.id(), "a file", "device and field");
                boolean fixed = s.deviceColumn().isEmpty() && s.deviceFromName().isEmpty();
                device(tag, fixed, s.id(), s.device());
                field(tag, s.id(), s.columns(), s.long_().isPresent());
            }
            case SqlSourceFile s -> {
                wrongKind(tag, tag.node().isPresent(), "node", s.id(), "a SQL", "device and field");
                wrongKind(tag, tag.address().isPresent(), "address", s.id(), "a SQL", "device and field");
                device(tag, s.deviceColumn().isEmpty(), s.id(), s.device());
            }
            case OpcUaSourceFile s -> {
                tag.device()
                        .flatMap(name -> OpcUaSourceCheck.deviceProblem(s, name, positions.of(tag, "device")))
                        .or(() -> tag.field()
                                .flatMap(name -> OpcUaSourceCheck.fieldProblem(name, positions.of(tag, "field"))))
                        .ifPresent(problems::add);
                wrongKind(tag, tag.address().isPresent(), "address", s.id(), "an OPC UA", "node");
                tag.node().flatMap(OpcUaSourceCheck::nodeProblem).ifPresent(message -> error(tag, "node", message, ""));
            }
            case PlcSourceFile s -> {
                wrongKind(tag, tag.field().isPresent(), "field", s.id(), "a PLC", "address");
                wrongKind(tag, tag.node().isPresent(), "node", s.id(), "a PLC", "address");
                tag.address()
                        .flatMap(address -> PlcSourceCheck.addressProblem(s, address))
                        .ifPresent(message -> error(
                                tag,
                                "address",
                                message,
                                "write e.g. holding-register:1:INT or coil:3 (counted from 1)"));
                scan(tag, s);
            }
            default -> {}
        }
    }

    /** Where every value has the same device, a tag with another one would never get any. */
    private void device(AssetFile.TagFile tag, boolean fixed, String source, String device) {
        String named = tag.device().orElse("");
        if (fixed && !named.equals(device)) {
            error(
                    tag,
                    "device",
                    "the values of '" + source + "' have the device '" + device + "'",
                    device.isEmpty()
                            ? "write device: \"\", or name the device in the source's file"
                            : "write device: " + device);
        }
    }

    private void field(AssetFile.TagFile tag, String source, List<String> columns, boolean named) {
        tag.field()
                .filter(field -> !named && !columns.isEmpty() && !columns.contains(field))
                .ifPresent(field -> error(
                        tag,
                        "field",
                        "the source '" + source + "' has no column '" + field + "'",
                        DidYouMean.hint(field, columns)));
    }

    private void scan(AssetFile.TagFile tag, PlcSourceFile source) {
        if (tag.scan().equals(DEFAULT_SCAN) || source.scan().containsKey(tag.scan())) {
            return;
        }
        Set<String> known = new TreeSet<>(source.scan().keySet());
        known.add(DEFAULT_SCAN);
        error(
                tag,
                "scan",
                "the source '" + source.id() + "' has no scan class '" + tag.scan() + "'",
                DidYouMean.hint(tag.scan(), known));
    }

    private void wrongKind(
            AssetFile.TagFile tag, boolean given, String key, String source, String kind, String instead) {
        if (given) {
            error(tag, key, "'" + source + "' is " + kind + " source; it does not know " + key, "write " + instead);
        }
    }

    private void error(AssetFile.TagFile tag, String key, String message, String hint) {
        problems.add(positions.of(tag, key).error(message, hint));
    }
}
