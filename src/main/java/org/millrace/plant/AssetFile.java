package org.millrace.plant;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.config.Default;
import org.millrace.config.Doc;
import org.millrace.config.Kind;
import org.millrace.config.Quantity;

/** One machine as its file describes it: {@code connectors-config/assets/<id>.yaml}. */
@Kind("Asset")
@Doc("One machine: where it stands, what it is, and its tags.")
public record AssetFile(
        @Doc("Short id people use, e.g. P-101; unique in the plant.")
        String id,

        @Doc("Name in the maintenance team's words.") String name,
        @Doc("ISA-95 path enterprise/site/area/line/asset.") String path,

        @Doc("Asset class, e.g. rotodynamic-pump; rules pick assets by it.") @Default("machine")
        String class_,

        @Doc("How much the plant depends on it: A, B or C.") @Default("B")
        Criticality criticality,

        @Doc("Rated values, e.g. { power: 75 kW }.") Map<String, Quantity> rated,

        @Doc("How the CMMS knows it, e.g. { equipment: \"10004711\" }.")
        Map<String, String> cmms,

        @Doc("Signals of this machine; the name is used in rules.")
        Map<String, TagFile> tags,

        @Doc("Device id to the JavaScript file that reads its bytes: beside this file or in connectors-config/codecs.")
        Map<String, String> codecs) {

    public enum Criticality {
        A,
        B,
        C
    }

    /** One tag: where it comes from, what it means. */
    public record TagFile(
            @Doc("Source id the value comes from.") Optional<String> from,

            @Doc(
                    "Device id within an MQTT source (devEui, topic part); of an OPC UA source the name of a selection of events.")
            Optional<String> device,

            @Doc("Field name in the decoded payload; of events active, severity, message, …")
            Optional<String> field,

            @Doc("OPC UA node by namespace URI: nsu=<uri>;s=<id>.")
            Optional<String> node,

            @Doc("PLC address in PLC4X syntax, e.g. holding-register:1:INT.")
            Optional<String> address,

            @Doc("PLC scan class of the source.") @Default("default")
            String scan,

            @Doc("UCUM unit the device sends, e.g. mm/s, \"[degF]\", kW.h.")
            Optional<String> unit,

            @Doc("UCUM unit to keep the value in; default: unit.")
            Optional<String> storeAs,

            @Doc("Scale applied before the unit: value * factor + offset.")
            Optional<Scale> scale,

            @Doc("Values outside [low, high] are kept with quality Bad_OutOfRange.")
            List<Quantity> range,

            @Doc("Codes to states, e.g. { 0: STOP, 1: RUN }.")
            Map<String, String> map,

            @Doc("OPC UA sampling interval; for accumulate: how often its value is told, default 10s.")
            Optional<Duration> sampleEvery,

            @Doc("Changes up to this are filtered (and counted).")
            Optional<Quantity> deadband,

            @Doc("How often a value is expected.") Optional<Duration> expectEvery,

            @Doc("Without a value for this long the tag is stale.")
            Optional<Duration> staleAfter,

            @Doc("The value only counts up: rollover and reset are seen through. { bits: 32 }")
            Optional<Counter> counter,

            @Doc(
                    "Computed from this asset's tags instead of from: accumulate(condition), rate(tag), delta(tag) or an expression in CEL.")
            Optional<String> derive) {}

    public record Counter(
            @Doc("Width of the register in the device: after 2^bits it begins again. 0: it never does.") @Default("0")
            int bits) {}

    public record Scale(
            @Doc("Multiplied with the raw value.") @Default("1")
            double factor,

            @Doc("Added after the factor.") @Default("0") double offset) {}
}
