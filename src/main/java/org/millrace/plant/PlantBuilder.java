package org.millrace.plant;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.millrace.config.DidYouMean;
import org.millrace.config.Position;
import org.millrace.config.Positions;
import org.millrace.config.Problem;
import org.millrace.plant.AssetFile.TagFile;
import org.millrace.plant.Tag.Origin;

/**
 * Makes the plant of all asset files, or says what is wrong with them, across files.
 *
 * <p>One origin (source, device, field) feeds one tag: so every reading becomes exactly one sample or is counted
 * exactly once as filtered or rejected, and the ledger balances without a second kind of counting.
 */
public final class PlantBuilder {
    /** @param plant what could be built; complete only when no problem is an error */
    public record Built(Plant plant, List<Problem> problems) {
        public boolean hasErrors() {
            return problems.stream().anyMatch(p -> p.severity() == Problem.Severity.ERROR);
        }
    }

    private static final Pattern STEP = Pattern.compile("[A-Za-z0-9_.-]+");
    private static final Pattern TAG_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*(\\.[A-Za-z_][A-Za-z0-9_-]*)*");
    private static final int MIN_STEPS = 2;
    private static final int MAX_STEPS = 8;

    private final Set<String> sources;
    private final Positions positions;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, Position> ids = new HashMap<>();
    private final Map<String, Position> paths = new HashMap<>();
    private final Map<Origin, String> origins = new HashMap<>();

    private PlantBuilder(Set<String> sources, Positions positions) {
        this.sources = sources;
        this.positions = positions;
    }

    /** @param knownSources ids of all sources of the configuration */
    public static Built build(List<AssetFile> files, Set<String> knownSources, Positions positions) {
        PlantBuilder builder = new PlantBuilder(knownSources, positions);
        List<Asset> assets = new ArrayList<>();
        for (AssetFile file : files) {
            builder.asset(file).ifPresent(assets::add);
        }
        return new Built(new Plant(assets), List.copyOf(builder.problems));
    }

    private Optional<Asset> asset(AssetFile file) {
        boolean goodId = id(file);
        boolean goodPath = path(file); // both are looked at, to say all at once
        List<Tag> tags = new ArrayList<>();
        file.tags().forEach((name, tag) -> tag(file, name, tag).ifPresent(tags::add));
        return goodId && goodPath
                ? Optional.of(new Asset(
                        file.id(), file.name(), file.path(), file.class_(), file.criticality(), file.cmms(), file.rated(), tags))
                : Optional.empty();
    }

    private boolean id(AssetFile file) {
        Position at = positions.of(file, "id");
        if (!STEP.matcher(file.id()).matches() || file.id().length() > 64) {
            problems.add(at.error(
                    "'" + file.id() + "' is not an asset id", "1 to 64 of letters, digits, - _ and . such as P-101"));
            return false;
        }
        Position first = ids.putIfAbsent(file.id(), at);
        if (first != null) {
            problems.add(at.error("two assets have the id " + file.id(), "the other is in " + place(first)));
        }
        return first == null;
    }

    private boolean path(AssetFile file) {
        Position at = positions.of(file, "path");
        String[] steps = file.path().split("/", -1);
        if (steps.length < MIN_STEPS || steps.length > MAX_STEPS) {
            problems.add(at.error(
                    "the path " + file.path() + " has " + steps.length + " steps; " + MIN_STEPS + " to " + MAX_STEPS
                            + " are allowed",
                    "enterprise/site/area/line/asset, such as acme/lyon/utilities/cooling/p-101"));
            return false;
        }
        for (String step : steps) {
            if (!STEP.matcher(step).matches()) {
                problems.add(at.error(
                        "the path " + file.path() + " has the step '" + step + "'",
                        "a step is letters, digits, - _ and . without spaces"));
                return false;
            }
        }
        Position first = paths.putIfAbsent(file.path(), at);
        if (first != null) {
            problems.add(at.error("two assets have the path " + file.path(), "the other is in " + place(first)));
        }
        return first == null;
    }

    private Optional<Tag> tag(AssetFile asset, String name, TagFile tag) {
        Position at = at(asset, name);
        int before = problems.size();
        if (!TAG_NAME.matcher(name).matches()) {
            problems.add(
                    at.error(
                            "'" + name + "' is not a tag name",
                            "letters, digits, - and _, parts joined by dots, each beginning with a letter: vibration.velocity_rms"));
        }
        Optional<Origin> origin = origin(asset, name, tag);
        Optional<TagScaling> scaling = TagScaling.of(tag, new Places(asset, name, tag), problems);
        timing(asset, name, tag);
        counter(asset, name, tag);
        boolean errors = problems.subList(before, problems.size()).stream()
                .anyMatch(p -> p.severity() == Problem.Severity.ERROR);
        if (errors || origin.isEmpty() || scaling.isEmpty()) {
            return Optional.empty();
        }
        TagScaling s = scaling.get();
        return Optional.of(new Tag(
                asset.path() + "/" + name,
                name,
                asset.id(),
                origin.get(),
                accumulates(tag) && s.unit().isEmpty() ? "s" : s.unit(),
                s.factor(),
                s.offset(),
                s.low(),
                s.high(),
                new LinkedHashMap<>(tag.map()),
                s.deadband(),
                tag.sampleEvery(),
                tag.expectEvery(),
                tag.staleAfter(),
                tag.counter(),
                tag.derive()));
    }

    /** What accumulates is a time: in seconds, when nothing else is said. */
    private static boolean accumulates(TagFile tag) {
        return tag.derive()
                .filter(text -> text.strip().startsWith("accumulate"))
                .isPresent();
    }

    /** A derived tag has no address, and nothing that shapes what a device sends. */
    private Optional<Origin> derived(AssetFile asset, String name, TagFile tag) {
        List<String> given = new ArrayList<>();
        tag.from().ifPresent(x -> given.add("from"));
        tag.field().or(tag::device).ifPresent(x -> given.add("device and field"));
        tag.node().ifPresent(x -> given.add("node"));
        tag.address().ifPresent(x -> given.add("address"));
        tag.storeAs().ifPresent(x -> given.add("store_as"));
        tag.scale().ifPresent(x -> given.add("scale"));
        tag.deadband().ifPresent(x -> given.add("deadband"));
        tag.counter().ifPresent(x -> given.add("counter"));
        if (!tag.map().isEmpty()) {
            given.add("map");
        }
        if (!given.isEmpty()) {
            problems.add(place(asset, name, tag, "derive")
                    .error(
                            "the derived tag " + name + " has " + String.join(", ", given),
                            "it is computed from other tags: remove " + String.join(", ", given)));
            return Optional.empty();
        }
        return Optional.of(new Origin(Tag.DERIVED, asset.id(), name, "default"));
    }

    private void counter(AssetFile asset, String name, TagFile tag) {
        tag.counter().ifPresent(counter -> {
            if (counter.bits() < 0 || counter.bits() > 64) {
                problems.add(place(asset, name, tag, "counter")
                        .error("a counter of " + counter.bits() + " bits", "8, 16, 24, 32, 48 or 64 as the register is"));
            }
            if (!tag.map().isEmpty()) {
                problems.add(place(asset, name, tag, "counter")
                        .error("a tag with map: has states and counts nothing", "remove counter, or remove map"));
            }
        });
    }

    private Optional<Origin> origin(AssetFile asset, String name, TagFile tag) {
        if (tag.derive().isPresent()) {
            return derived(asset, name, tag);
        }
        Position at = at(asset, name);
        List<String> given = new ArrayList<>();
        tag.field().or(tag::device).ifPresent(x -> given.add("device and field"));
        tag.node().ifPresent(x -> given.add("node"));
        tag.address().ifPresent(x -> given.add("address"));
        if (tag.from().isEmpty()) {
            problems.add(at.error("the tag " + name + " does not say where it comes from", "add from: <source id>"));
        } else if (!sources.contains(tag.from().get())) {
            problems.add(place(asset, name, tag, "from")
                    .error(
                            "there is no source '" + tag.from().get() + "'",
                            DidYouMean.hint(tag.from().get(), sources)));
        }
        if (given.size() != 1) {
            problems.add(at.error(
                    given.isEmpty()
                            ? "the tag " + name + " has no address"
                            : "the tag " + name + " has " + String.join(" and ", given),
                    "exactly one of: device and field (MQTT), node (OPC UA), address (PLC)"));
            return Optional.empty();
        }
        if (tag.field().isPresent() != tag.device().isPresent()) {
            problems.add(at.error(
                    "the tag " + name + " has "
                            + (tag.field().isPresent() ? "field but no device" : "device but no field"),
                    "MQTT values need both; write device: \"\" when the payload names none"));
            return Optional.empty();
        }
        if (tag.from().isEmpty()) {
            return Optional.empty();
        }
        String field = tag.field().or(tag::node).or(tag::address).orElse("");
        Origin origin = new Origin(tag.from().get(), tag.device().orElse(""), field, tag.scan());
        // the scan class says how often, not what: one address in two classes is still one origin
        String path = asset.path() + "/" + name;
        String other = origins.putIfAbsent(new Origin(origin.source(), origin.device(), field, ""), path);
        if (other != null) {
            problems.add(at.error(
                    "the tags " + other + " and " + path + " have the same address",
                    "one address feeds one tag; use that tag in both places"));
            return Optional.empty();
        }
        return Optional.of(origin);
    }

    private void timing(AssetFile asset, String name, TagFile tag) {
        if (tag.staleAfter().isPresent()
                && tag.expectEvery().isPresent()
                && tag.staleAfter().get().compareTo(tag.expectEvery().get()) < 0) {
            problems.add(place(asset, name, tag, "stale_after")
                    .warning(
                            "the tag is stale before its next value is expected",
                            "stale_after is usually two to three times expect_every"));
        }
        if (tag.sampleEvery().isPresent()
                && tag.node().isEmpty()
                && tag.derive().isEmpty()) {
            problems.add(place(asset, name, tag, "sample_every")
                    .warning("sample_every has no effect here", "it is for OPC UA; a PLC's rate is its scan class"));
        }
    }

    private Position at(AssetFile asset, String name) {
        return positions.ofKey(asset, "tags." + name);
    }

    private Position place(AssetFile asset, String name, TagFile tag, String key) {
        return new Places(asset, name, tag).of(key);
    }

    private static String place(Position at) {
        return at.file() + ":" + at.line();
    }

    /** Places of one tag's keys. */
    final class Places {
        private final AssetFile asset;
        private final String name;
        private final TagFile tag;

        Places(AssetFile asset, String name, TagFile tag) {
            this.asset = asset;
            this.name = name;
            this.tag = tag;
        }

        Position of(String key) {
            Position at = positions.of(tag, key);
            return at.equals(Position.UNKNOWN) ? at(asset, name) : at;
        }
    }
}
