package org.millrace.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.millrace.config.ConfigFolder;
import org.millrace.config.DidYouMean;
import org.millrace.config.Position;
import org.millrace.config.Positions;
import org.millrace.config.Problem;
import org.millrace.connector.MetersFile;
import org.millrace.connector.rest.ConnectorFile;
import org.millrace.plant.Asset;
import org.millrace.plant.Plant;
import org.millrace.plant.Tag;
import org.millrace.signal.Units;

/** Meters: the connector takes readings, the tags are there and measure what the meter does, no meter has two tags. */
final class MetersCheck {
    private final Positions positions;
    private final Plant plant;
    private final Map<String, ConnectorFile> connectors = new HashMap<>();
    private final Map<String, Position> meters = new HashMap<>();
    private final Set<String> ids = new HashSet<>();
    private final List<Problem> problems = new ArrayList<>();

    private MetersCheck(ConfigFolder.Config config, Plant plant) {
        this.positions = config.positions();
        this.plant = plant;
        config.all(ConnectorFile.class).forEach(file -> connectors.putIfAbsent(file.id(), file));
    }

    static List<Problem> problems(ConfigFolder.Config config, Plant plant) {
        MetersCheck check = new MetersCheck(config, plant);
        config.all(MetersFile.class).forEach(check::file);
        return check.problems;
    }

    private void file(MetersFile file) {
        if (!ids.add(file.id())) {
            error(file, "id", "a second list of meters has the id '" + file.id() + "'", "give it an id of its own");
        }
        ConnectorFile connector = connectors.get(file.connector());
        if (connector == null) {
            error(
                    file,
                    "connector",
                    "there is no connector '" + file.connector() + "'",
                    DidYouMean.hint(file.connector(), connectors.keySet()));
        } else if (connector.operations().reading().isEmpty()) {
            error(
                    file,
                    "connector",
                    "the connector " + file.connector() + " takes no readings",
                    "operations.reading in its file");
        }
        positive(file, file.every());
        file.meters().forEach(meter -> meter(file, meter));
    }

    private void positive(Record of, Duration every) {
        if (every.isZero() || every.isNegative()) {
            error(of, "every", "every must be longer than nothing", "the system's update frequency, e.g. 1d");
        }
    }

    private void meter(MetersFile file, MetersFile.Meter meter) {
        meter.every().ifPresent(every -> positive(meter, every));
        if (meter.decimals() < 0 || meter.decimals() > 9) {
            error(meter, "decimals", "decimals is " + meter.decimals(), "0 to 9");
        }
        Position here = positions.of(meter, "meter");
        Position before = meters.putIfAbsent(file.connector() + "\n" + meter.meter(), here);
        if (before != null) {
            problems.add(here.error(
                    "the meter " + meter.meter() + " has two tags",
                    "the first is at " + before.file() + ":" + before.line()));
        }
        Optional<Asset> asset = plant.asset(meter.asset());
        if (asset.isEmpty()) {
            List<String> names = plant.assets().stream().map(Asset::id).toList();
            error(meter, "asset", "there is no asset '" + meter.asset() + "'", DidYouMean.hint(meter.asset(), names));
            return;
        }
        List<String> names = asset.get().tags().stream().map(Tag::name).toList();
        asset.get().tags().stream()
                .filter(tag -> tag.name().equals(meter.tag()))
                .findFirst()
                .ifPresentOrElse(
                        tag -> unit(meter, tag),
                        () -> error(
                                meter,
                                "tag",
                                meter.asset() + " has no tag '" + meter.tag() + "'",
                                DidYouMean.hint(meter.tag(), names)));
    }

    private void unit(MetersFile.Meter meter, Tag tag) {
        if (meter.unit().isEmpty()) {
            return;
        }
        try {
            Units.conversion(tag.unit(), meter.unit().get());
        } catch (Units.UnitException e) {
            error(meter, "unit", e.getMessage(), e.hint());
        }
    }

    private void error(Record of, String key, String message, String hint) {
        problems.add(positions.of(of, key).error(message, hint));
    }
}
