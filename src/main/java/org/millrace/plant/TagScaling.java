package org.millrace.plant;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Optional;
import org.millrace.config.Problem;
import org.millrace.config.Quantity;
import org.millrace.plant.AssetFile.Scale;
import org.millrace.plant.AssetFile.TagFile;
import org.millrace.signal.Units;
import org.millrace.signal.Units.Linear;
import org.millrace.signal.Units.UnitException;

/**
 * The numbers of a tag, in its stored unit: stored = raw * factor + offset, limits and deadband converted.
 *
 * <p>Composition of scale and unit conversion is done in decimal, so that {@code scale: 0.1} of a centimetre is exactly
 * the factor 0.001 and not a double's neighbour of it.
 */
record TagScaling(String unit, double factor, double offset, double low, double high, double deadband) {
    private static final Scale NO_SCALE = new Scale(1, 0);

    static Optional<TagScaling> of(TagFile tag, PlantBuilder.Places places, List<Problem> problems) {
        int before = problems.size();
        Linear conversion = conversion(tag, places, problems);
        states(tag, places, problems);
        String stored = tag.storeAs().or(tag::unit).orElse("");
        if (problems.size() > before) {
            return Optional.empty();
        }
        Scale scale = tag.scale().orElse(NO_SCALE);
        if (scale.factor() == 0) {
            problems.add(places.of("scale").error("scale has the factor 0: every value would be the same", ""));
        }
        BigDecimal unitFactor = BigDecimal.valueOf(conversion.factor());
        double factor = BigDecimal.valueOf(scale.factor()).multiply(unitFactor).doubleValue();
        double offset = BigDecimal.valueOf(scale.offset())
                .multiply(unitFactor)
                .add(BigDecimal.valueOf(conversion.offset()))
                .doubleValue();
        double low = Double.NEGATIVE_INFINITY;
        double high = Double.POSITIVE_INFINITY;
        if (!tag.range().isEmpty() && twoLimits(tag, places, problems)) {
            low = stored(tag, "range.0", tag.range().get(0), stored, places, problems);
            high = stored(tag, "range.1", tag.range().get(1), stored, places, problems);
            if (low >= high) {
                problems.add(places.of("range")
                        .error(
                                "range is [" + tag.range().get(0) + ", "
                                        + tag.range().get(1) + "]",
                                "the first must be less than the second"));
            }
        }
        double deadband = deadband(tag, stored, places, problems);
        return problems.size() > before
                ? Optional.empty()
                : Optional.of(new TagScaling(stored, factor, offset, low, high, deadband));
    }

    private static Linear conversion(TagFile tag, PlantBuilder.Places places, List<Problem> problems) {
        boolean known = true;
        if (tag.unit().isPresent()) {
            known = known(tag.unit().get(), "unit", places, problems);
        } else if (tag.storeAs().isPresent()) {
            problems.add(places.of("store_as").error("store_as without unit", "say what the device sends: unit: ..."));
            return Linear.IDENTITY;
        }
        if (tag.storeAs().isPresent()) {
            known &= known(tag.storeAs().get(), "store_as", places, problems);
        }
        if (!known || tag.storeAs().isEmpty()) {
            return Linear.IDENTITY;
        }
        try {
            return Units.conversion(tag.unit().orElse(""), tag.storeAs().get());
        } catch (UnitException e) {
            problems.add(places.of("store_as").error(e.getMessage(), e.hint()));
            return Linear.IDENTITY;
        }
    }

    private static boolean known(String unit, String key, PlantBuilder.Places places, List<Problem> problems) {
        try {
            Units.check(unit);
            return true;
        } catch (UnitException e) {
            problems.add(places.of(key).error(e.getMessage(), e.hint()));
            return false;
        }
    }

    private static void states(TagFile tag, PlantBuilder.Places places, List<Problem> problems) {
        boolean number = tag.unit().isPresent()
                || tag.scale().isPresent()
                || !tag.range().isEmpty()
                || tag.deadband().isPresent();
        if (!tag.map().isEmpty() && number) {
            problems.add(places.of("map")
                    .error(
                            "a tag with map: has states, not numbers",
                            "remove unit, store_as, scale, range and deadband, or remove map"));
        }
    }

    private static boolean twoLimits(TagFile tag, PlantBuilder.Places places, List<Problem> problems) {
        if (tag.range().size() != 2) {
            problems.add(places.of("range")
                    .error("range has " + tag.range().size() + " values", "write [low, high], such as [0, 50]"));
            return false;
        }
        return true;
    }

    private static double deadband(TagFile tag, String stored, PlantBuilder.Places places, List<Problem> problems) {
        if (tag.deadband().isEmpty()) {
            return 0;
        }
        Quantity written = tag.deadband().get();
        if (written.value().signum() < 0) {
            problems.add(places.of("deadband").error("deadband is negative: " + written, "write its size only"));
            return 0;
        }
        // a difference: 0.2 Cel is 0.36 [degF], the zero points do not matter
        Linear linear = linear(tag, "deadband", written, stored, places, problems);
        return written.value()
                .multiply(BigDecimal.valueOf(linear.factor()))
                .abs(MathContext.DECIMAL64)
                .doubleValue();
    }

    private static double stored(
            TagFile tag,
            String key,
            Quantity written,
            String stored,
            PlantBuilder.Places places,
            List<Problem> problems) {
        Linear linear = linear(tag, key, written, stored, places, problems);
        // the very arithmetic of the hot path, so that a value on the limit meets the limit
        return Numbers.convert(written.value().doubleValue(), linear.factor(), linear.offset());
    }

    /** A bare number is in the tag's {@code unit:}, as the device says it. */
    private static Linear linear(
            TagFile tag,
            String key,
            Quantity written,
            String stored,
            PlantBuilder.Places places,
            List<Problem> problems) {
        boolean bare = written.unit().equals("1");
        if (tag.unit().isEmpty()) {
            if (!bare) {
                problems.add(places.of(key)
                        .error("'" + written + "' has a unit, the tag has none", "add unit: " + written.unit()));
            }
            return Linear.IDENTITY;
        }
        try {
            return Units.conversion(bare ? tag.unit().get() : written.unit(), stored);
        } catch (UnitException e) {
            String hint = e.hint().isEmpty() ? "the tag is kept in " + stored : e.hint();
            problems.add(places.of(key).error(e.getMessage(), hint));
            return Linear.IDENTITY;
        }
    }
}
