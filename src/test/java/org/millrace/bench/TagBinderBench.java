package org.millrace.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.plant.Asset;
import org.millrace.plant.AssetFile;
import org.millrace.plant.Plant;
import org.millrace.plant.Tag;
import org.millrace.plant.TagBinder;
import org.millrace.plant.TimePolicy;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Units;
import org.millrace.signal.Value;

/** Readings bound per second on one thread, unit-converted numbers of 1,000 tags; at least 2 million are expected. */
public final class TagBinderBench {
    private static final int TAGS = 1000;
    private static final int BATCH = 500;
    private static final int ROUNDS = 20_000;

    private TagBinderBench() {}

    public static void main(String[] args) throws Units.UnitException {
        Units.Linear linear = Units.conversion("[degF]", "Cel");
        List<Tag> tags = new ArrayList<>();
        for (int i = 0; i < TAGS; i++) {
            Tag.Origin origin = new Tag.Origin("src", "dev" + i / 10, "f" + i % 10, "default");
            tags.add(new Tag(
                    "a/p/t" + i,
                    "t" + i,
                    "P",
                    origin,
                    "Cel",
                    linear.factor(),
                    linear.offset(),
                    -100,
                    1000,
                    Map.of(),
                    0,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()));
        }
        Plant plant = new Plant(List.of(new Asset("P", "P", "a/p", "m", AssetFile.Criticality.B, Map.of(), tags)));
        TagBinder binder =
                new TagBinder(plant, path -> Integer.parseInt(path.substring("a/p/t".length())), TimePolicy.STANDARD);
        long now = 1_700_000_000_000_000L;
        List<Reading> readings = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            int tag = i * 7 % TAGS;
            readings.add(new Reading("dev" + tag / 10, "f" + tag % 10, Value.of(50 + i * 0.1), now - i, Quality.GOOD));
        }
        for (int pass = 1; pass <= 4; pass++) {
            long start = System.nanoTime();
            long samples = 0;
            for (int i = 0; i < ROUNDS; i++) {
                samples += binder.bind("src", now, readings).samples().size();
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf("pass %d: %,.0f readings/s (%,d samples)%n", pass, samples / seconds, samples);
        }
    }
}
