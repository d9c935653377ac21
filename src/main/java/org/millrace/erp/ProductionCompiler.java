package org.millrace.erp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.millrace.config.DidYouMean;
import org.millrace.config.Positions;
import org.millrace.config.Problem;
import org.millrace.kpi.OeeSpec;
import org.millrace.plant.Asset;
import org.millrace.plant.Tag;
import org.millrace.signal.Units;

/** Checks production reports against the machines' OEE and binds them, or says what is wrong and where. */
public final class ProductionCompiler {
    /** @param specs those without error */
    public record Compiled(List<ProductionSpec> specs, List<Problem> problems) {}

    private static final String KWH = "kW.h";

    private final Positions positions;
    private final List<Problem> problems = new ArrayList<>();

    private ProductionCompiler(Positions positions) {
        this.positions = positions;
    }

    /** @param oeeIds ids of all OEE documents, also of those with errors, which are told there */
    public static Compiled compile(
            List<ProductionFile> files, List<OeeSpec> oee, Set<String> oeeIds, Positions positions) {
        ProductionCompiler compiler = new ProductionCompiler(positions);
        Map<String, OeeSpec> known = new HashMap<>();
        oee.forEach(spec -> known.put(spec.file().id(), spec));
        Set<String> ids = new HashSet<>();
        List<ProductionSpec> specs = new ArrayList<>();
        for (ProductionFile file : files) {
            if (!ids.add(file.id())) {
                compiler.error(
                        file, "id", "two production reports have the id '" + file.id() + "'", "give each its own");
            }
            compiler.spec(file, known, oeeIds).ifPresent(specs::add);
        }
        return new Compiled(List.copyOf(specs), List.copyOf(compiler.problems));
    }

    private Optional<ProductionSpec> spec(ProductionFile file, Map<String, OeeSpec> known, Set<String> oeeIds) {
        int before = problems.size();
        if (!file.id().matches("[A-Za-z0-9][A-Za-z0-9_-]*")) {
            error(file, "id", "'" + file.id() + "' cannot be part of a reference", "use letters, digits, _ -");
        }
        OeeSpec oee = known.get(file.oee());
        if (oee == null) {
            if (!oeeIds.contains(file.oee())) {
                error(file, "oee", "there is no kind: Oee '" + file.oee() + "'", DidYouMean.hint(file.oee(), oeeIds));
            }
            return Optional.empty();
        }
        if (file.settle().isNegative()) {
            error(file, "settle", "settle must not be negative", "e.g. 2m");
        }
        Optional<Tag> order = file.order().flatMap(name -> tag(oee.asset(), file, "order", name));
        if (file.per() == ProductionFile.Per.ORDER && file.order().isEmpty()) {
            error(file, "per", "per: order needs the tag that names the order", "order: order.number");
        }
        Optional<Tag> energy = file.energy().flatMap(e -> tag(oee.asset(), e, "tag", e.tag()));
        double toKwh =
                energy.map(tag -> toKwh(file.energy().orElseThrow(), tag)).orElse(1.0);
        file.energy()
                .flatMap(ProductionFile.Energy::bits)
                .filter(bits -> bits < 8 || bits > 53)
                .ifPresent(bits -> error(
                        file.energy().orElseThrow(),
                        "bits",
                        "a counter of " + bits + " bits",
                        "8 to 53; 16 or 32 is usual"));
        return problems.size() > before
                ? Optional.empty()
                : Optional.of(new ProductionSpec(file, oee, order, energy, toKwh));
    }

    private double toKwh(ProductionFile.Energy energy, Tag tag) {
        try {
            return Units.conversion(tag.unit(), KWH).factor();
        } catch (Units.UnitException e) {
            error(
                    energy,
                    "tag",
                    "'" + energy.tag() + "' counts in '" + tag.unit() + "', which is no unit of energy",
                    "give the tag a unit such as kW.h, MJ or W.h");
            return 1;
        }
    }

    private Optional<Tag> tag(Asset asset, Record of, String key, String name) {
        Optional<Tag> found =
                asset.tags().stream().filter(tag -> tag.name().equals(name)).findFirst();
        if (found.isEmpty()) {
            List<String> names = asset.tags().stream().map(Tag::name).toList();
            error(of, key, asset.id() + " has no tag '" + name + "'", DidYouMean.hint(name, names));
        }
        return found;
    }

    private void error(Record file, String key, String message, String hint) {
        problems.add(positions.of(file, key).error(message, hint));
    }
}
