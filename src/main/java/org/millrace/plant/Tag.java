package org.millrace.plant;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A signal of an asset, ready to bind: coefficients fixed, addresses known.
 *
 * @param path ISA-95 path of the asset + "/" + name, e.g. {@code acme/lyon/utilities/cooling/p-101/vibration.velocity_rms}
 * @param name name within the asset; may be dotted
 * @param assetId id of the asset that owns it
 * @param origin where its readings come from
 * @param unit UCUM code of the stored value; empty for states, texts and unitless values
 * @param factor stored = raw * factor + offset (scale and unit conversion in one)
 * @param low lower limit of plausibility in stored unit; −∞ when none
 * @param high upper limit of plausibility in stored unit; +∞ when none
 * @param states code (as text) to state name; empty when not enumerated
 * @param deadband in stored unit; 0 = nothing is filtered
 * @param counter set when the value only counts up, and how wide the device's register is
 * @param derive how it is computed from other tags of its asset; empty for what a source delivers
 */
public record Tag(
        String path,
        String name,
        String assetId,
        Origin origin,
        String unit,
        double factor,
        double offset,
        double low,
        double high,
        Map<String, String> states,
        double deadband,
        Optional<Duration> sampleEvery,
        Optional<Duration> expectEvery,
        Optional<Duration> staleAfter,
        Optional<AssetFile.Counter> counter,
        Optional<String> derive) {

    /** The source named by the origin of every derived tag; no connection has this id. */
    public static final String DERIVED = "derived";

    /** The source under which the hub journals that a tag has gone stale. */
    public static final String STALE = "stale";

    /** What a source delivers, and no counter. */
    public Tag(
            String path,
            String name,
            String assetId,
            Origin origin,
            String unit,
            double factor,
            double offset,
            double low,
            double high,
            Map<String, String> states,
            double deadband,
            Optional<Duration> sampleEvery,
            Optional<Duration> expectEvery,
            Optional<Duration> staleAfter) {
        this(
                path,
                name,
                assetId,
                origin,
                unit,
                factor,
                offset,
                low,
                high,
                states,
                deadband,
                sampleEvery,
                expectEvery,
                staleAfter,
                Optional.empty(),
                Optional.empty());
    }

    /**
     * @param source source id
     * @param device device id within the source; empty for OPC UA and PLC
     * @param field payload field, OPC UA node id or PLC address, exactly as readings will carry it
     * @param scan PLC scan class; "default" elsewhere
     */
    public record Origin(String source, String device, String field, String scan) {}

    /** Whether its values must be numbers: it has a unit, a scale, a range or a deadband, and no states. */
    public boolean isNumeric() {
        boolean limited = low != Double.NEGATIVE_INFINITY || high != Double.POSITIVE_INFINITY;
        boolean scaled = factor != 1 || offset != 0;
        return states.isEmpty() && (!unit.isEmpty() || scaled || limited || deadband > 0);
    }
}
