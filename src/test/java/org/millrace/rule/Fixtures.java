package org.millrace.rule;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.millrace.config.Quantity;
import org.millrace.plant.Asset;
import org.millrace.plant.AssetFile;
import org.millrace.plant.Plant;
import org.millrace.plant.Tag;

/** A pump with a vibration, a temperature and a state, and rules on it. */
final class Fixtures {
    static final String VIBRATION = "vibration.velocity_rms";
    static final Map<String, String> STATES = Map.of("0", "STOP", "1", "RUN");

    private Fixtures() {}

    static Tag tag(String asset, String name, String unit, Map<String, String> states, Optional<Duration> stale) {
        return new Tag(
                "acme/lyon/utilities/cooling/" + asset.toLowerCase(java.util.Locale.ROOT) + "/" + name,
                name,
                asset,
                new Tag.Origin("field", asset, name, "default"),
                unit,
                1,
                0,
                unit.equals("mm/s") ? 0 : Double.NEGATIVE_INFINITY,
                unit.equals("mm/s") ? 50 : Double.POSITIVE_INFINITY,
                states,
                0,
                Optional.empty(),
                Optional.empty(),
                stale);
    }

    static Asset pump(String id, Tag... tags) {
        return new Asset(
                id,
                "Cooling water pump " + id,
                "acme/lyon/utilities/cooling/" + id.toLowerCase(java.util.Locale.ROOT),
                "rotodynamic-pump",
                AssetFile.Criticality.A,
                Map.of(),
                List.of(tags));
    }

    static Asset pump(String id, Optional<Duration> stale) {
        return pump(
                id,
                tag(id, VIBRATION, "mm/s", Map.of(), stale),
                tag(id, "temperature", "Cel", Map.of(), Optional.empty()),
                tag(id, "state", "", STATES, Optional.empty()));
    }

    static Plant plant() {
        return new Plant(List.of(pump("P-101", Optional.empty())));
    }

    /** Tag numbers in the order of the plant. */
    static ToIntFunction<String> numbers(Plant plant) {
        List<String> paths = plant.tags().stream().map(Tag::path).toList();
        return paths::indexOf;
    }

    static Quantity quantity(String text) {
        String[] parts = text.split(" ", 2);
        return new Quantity(new BigDecimal(parts[0]), parts.length == 2 ? parts[1] : "1");
    }

    static RuleEngine engine(Plant plant, RuleBuilder... rules) {
        Compilation compilation = compile(plant, rules);
        if (compilation.hasErrors()) {
            throw new AssertionError(compilation.problems().toString());
        }
        return new RuleEngine(compilation, numbers(plant));
    }

    static Compilation compile(Plant plant, RuleBuilder... rules) {
        List<RuleFile> files = new ArrayList<>();
        for (RuleBuilder rule : rules) {
            files.add(rule.build());
        }
        return RuleCompiler.compile(plant, files);
    }

    static RuleBuilder zones(String... limits) {
        RuleBuilder builder = new RuleBuilder();
        for (int i = 0; i < limits.length; i += 2) {
            builder.limits.put(limits[i], quantity(limits[i + 1]));
        }
        return builder;
    }

    static final class RuleBuilder {
        String id = "vib-zone";
        String title = "Vibration zone {level} on {asset.name}";
        Optional<String> class_ = Optional.of("rotodynamic-pump");
        List<String> assets = List.of();
        Optional<String> path = Optional.empty();
        RuleFile.Watch watch = RuleFile.Watch.ZONES;
        String input = VIBRATION;
        final Map<String, Quantity> limits = new LinkedHashMap<>();
        Optional<RuleFile.Standard> standard = Optional.empty();
        Optional<Duration> over = Optional.empty();
        Optional<Duration> per = Optional.empty();
        Optional<String> setPoint = Optional.empty();
        Optional<RuleFile.Function> function = Optional.empty();
        Optional<RuleFile.Window> window = Optional.empty();
        Optional<Duration> after = Optional.empty();
        Optional<Quantity> band = Optional.empty();
        Optional<String> event = Optional.empty();
        Optional<Integer> count = Optional.empty();
        Optional<String> when = Optional.empty();
        Optional<Quantity> every = Optional.empty();
        Optional<Quantity> warnBefore = Optional.empty();
        Optional<Quantity> startAt = Optional.empty();
        Optional<Duration> horizon = Optional.empty();
        Optional<Quantity> confidence = Optional.empty();
        Optional<Quantity> capacity = Optional.empty();
        Optional<Quantity> reorderAt = Optional.empty();
        Optional<RuleFile.Predict> predict = Optional.empty();
        Optional<Quantity> ignoreRiseAbove = Optional.empty();
        Optional<RuleFile.PurchaseRequest> purchaseRequest = Optional.empty();
        Optional<String> while_ = Optional.empty();
        Duration settle = Duration.ZERO;
        Optional<Quantity> deadband = Optional.empty();
        final Map<String, RuleFile.Level> levels = new LinkedHashMap<>();
        String failureMode = "VIB";
        Optional<RuleFile.WorkOrder> workOrder = Optional.empty();

        RuleBuilder with(java.util.function.Consumer<RuleBuilder> change) {
            change.accept(this);
            return this;
        }

        RuleBuilder level(String name, RuleFile.Severity severity, int onSeconds, int offSeconds) {
            levels.put(
                    name, new RuleFile.Level(severity, Duration.ofSeconds(onSeconds), Duration.ofSeconds(offSeconds)));
            return this;
        }

        RuleFile build() {
            return new RuleFile(
                    id,
                    title,
                    new RuleFile.Selector(class_, assets, path),
                    watch,
                    input,
                    limits,
                    standard,
                    over,
                    per,
                    setPoint,
                    function,
                    window,
                    after,
                    band,
                    event,
                    count,
                    when,
                    every,
                    warnBefore,
                    Optional.empty(),
                    startAt,
                    horizon,
                    confidence,
                    capacity,
                    reorderAt,
                    predict,
                    ignoreRiseAbove,
                    purchaseRequest,
                    while_,
                    settle,
                    deadband,
                    levels,
                    failureMode,
                    Optional.empty(),
                    workOrder);
        }
    }
}
