package org.millrace;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.millrace.check.Configuration;
import org.millrace.connector.MetersFile;
import org.millrace.journal.Journal;
import org.millrace.plant.Asset;
import org.millrace.plant.Tag;
import org.millrace.signal.Micros;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Units;
import org.millrace.store.MeterReadings.Offer;

/** Values of the journal as readings of meters: the newest good one of each, in the meter's unit. */
final class MeterFeed {
    private record Target(MetersFile.Meter meter, String unit, Units.Linear conversion, long every) {}

    private MeterFeed() {}

    static List<Offer> offers(
            Configuration configuration,
            String connector,
            List<Journal.Entry.Samples> entries,
            IntFunction<String> tagPath) {
        Map<String, List<Target>> targets = targets(configuration, connector);
        Map<Integer, List<Target>> byNumber = new HashMap<>();
        Map<String, Offer> newest = new LinkedHashMap<>();
        for (Journal.Entry.Samples entry : entries) {
            SampleBatch batch = entry.batch();
            for (int i = 0; i < batch.size(); i++) {
                List<Target> wanted = byNumber.computeIfAbsent(
                        batch.tag(i), number -> targets.getOrDefault(tagPath.apply(number), List.of()));
                if (wanted.isEmpty() || !Quality.isGood(batch.quality(i)) || !Double.isFinite(batch.number(i))) {
                    continue;
                }
                for (Target target : wanted) {
                    Offer offer = offer(target, batch.number(i), batch.time(i));
                    newest.merge(offer.meter(), offer, (a, b) -> b.time() >= a.time() ? b : a);
                }
            }
        }
        return new ArrayList<>(newest.values());
    }

    private static Offer offer(Target target, double value, long time) {
        MetersFile.Meter meter = target.meter();
        // down, not half up: a meter must never have been read higher than it was
        double sent = BigDecimal.valueOf(target.conversion().apply(value))
                .setScale(meter.decimals(), RoundingMode.FLOOR)
                .doubleValue();
        return new Offer(
                meter.meter(), meter.asset(), meter.tag(), target.unit(), sent, time, target.every(), meter.resets());
    }

    private static Map<String, List<Target>> targets(Configuration configuration, String connector) {
        Map<String, List<Target>> targets = new HashMap<>();
        for (MetersFile file : configuration.meters()) {
            if (!file.connector().equals(connector)) {
                continue;
            }
            for (MetersFile.Meter meter : file.meters()) {
                configuration.plant().asset(meter.asset()).map(Asset::tags).orElse(List.of()).stream()
                        .filter(tag -> tag.name().equals(meter.tag()))
                        .forEach(tag -> targets.computeIfAbsent(tag.path(), path -> new ArrayList<>())
                                .add(target(file, meter, tag)));
            }
        }
        return targets;
    }

    private static Target target(MetersFile file, MetersFile.Meter meter, Tag tag) {
        String unit = meter.unit().orElse(tag.unit());
        try {
            return new Target(
                    meter,
                    unit,
                    Units.conversion(tag.unit(), unit),
                    Micros.of(meter.every().orElse(file.every())));
        } catch (Units.UnitException e) {
            throw new IllegalStateException("meter " + meter.meter() + ": " + e.getMessage(), e); // hub check finds it
        }
    }
}
