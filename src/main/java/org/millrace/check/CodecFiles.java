package org.millrace.check;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.millrace.config.ConfigFolder;
import org.millrace.config.DidYouMean;
import org.millrace.config.Position;
import org.millrace.config.Positions;
import org.millrace.config.Problem;
import org.millrace.plant.AssetFile;
import org.millrace.source.codec.Codec;
import org.millrace.source.codec.CodecException;
import org.millrace.source.codec.Codecs;
import org.millrace.source.codec.Limits;
import org.millrace.source.decode.Decoders;
import org.millrace.source.http.HttpSourceFile;
import org.millrace.source.mqtt.MqttSourceFile;

/** Finds, reads and compiles the codecs that assets and sources name. */
final class CodecFiles {
    /** Problems are placed where a codec is named, or in the codec itself. */
    record Found(Codecs codecs, List<Problem> problems) {}

    private static final Pattern NAME =
            Pattern.compile("([A-Za-z0-9_-][A-Za-z0-9_.-]*/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*\\.js");
    private static final String SHARED = "connectors-config/codecs";

    private final Path home;
    private final Limits limits;
    private final ConfigFolder.Config config;
    private final Positions positions;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, Optional<Codec>> compiled = new HashMap<>();
    private final Map<String, String> texts = new LinkedHashMap<>();
    private final Map<Codecs.Key, Codec> devices = new HashMap<>();
    private final Map<Codecs.Key, Position> deviceAt = new HashMap<>();
    private final Map<Codecs.Key, Codec> filters = new HashMap<>();

    /** How a source brings its payloads, as far as codecs matter. */
    private record Way(String source, Record of, String decode, Optional<String> codec) {}

    CodecFiles(Path home, Limits limits, ConfigFolder.Config config) {
        this.home = home;
        this.limits = limits;
        this.config = config;
        this.positions = config.positions();
    }

    Found read() {
        List<Way> ways = new ArrayList<>();
        for (MqttSourceFile source : config.all(MqttSourceFile.class)) {
            source.topics().forEach(t -> ways.add(new Way(source.id(), t, t.decode(), t.codec())));
        }
        for (HttpSourceFile source : config.all(HttpSourceFile.class)) {
            ways.add(new Way(source.id(), source, source.decode(), source.codec()));
        }
        config.all(AssetFile.class)
                .forEach(asset -> asset.codecs().forEach((device, name) -> device(asset, device, name, ways)));
        ways.forEach(this::filter);
        return new Found(new Codecs(devices, filters, texts), List.copyOf(problems));
    }

    private void device(AssetFile asset, String device, String name, List<Way> ways) {
        Position at = positions.of(asset, "codecs." + device);
        Set<String> sources = asset.tags().values().stream()
                .filter(tag -> tag.device().filter(device::equals).isPresent())
                .flatMap(tag -> tag.from().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        if (sources.isEmpty()) {
            Set<String> known = asset.tags().values().stream()
                    .flatMap(tag -> tag.device().stream())
                    .collect(Collectors.toCollection(TreeSet::new));
            problems.add(
                    at.error("no tag of this asset has the device '" + device + "'", DidYouMean.hint(device, known)));
            return;
        }
        for (String source : sources) {
            List<Way> its =
                    ways.stream().filter(way -> way.source().equals(source)).toList();
            if (its.stream().noneMatch(way -> Decoders.takesCodec(way.decode()))) {
                problems.add(at.error(
                        "the source '" + source + "' brings no bytes for a codec",
                        "it would with decode: chirpstack, things-stack, thingpark or bytes"));
                continue;
            }
            Codecs.Key key = new Codecs.Key(source, device);
            Position before = deviceAt.putIfAbsent(key, at);
            Optional<Codec> codec = codec(at, name);
            Codec other = devices.get(key);
            if (before == null) {
                codec.ifPresent(c -> devices.put(key, c));
            } else if (other != null && codec.isPresent() && !codec.get().name().equals(other.name())) {
                problems.add(at.error(
                        "the device '" + device + "' has another codec in " + before.file() + ":" + before.line(),
                        "one device has one codec"));
            }
        }
    }

    private void filter(Way way) {
        if (way.codec().isPresent()) {
            Position at = positions.of(way.of(), "codec");
            if (!Decoders.takesCodec(way.decode())) {
                problems.add(at.error(
                        "codec has no effect with decode: " + way.decode(),
                        "it is for decode: chirpstack, things-stack, thingpark and bytes"));
                return;
            }
            String name = way.codec().get();
            codec(at, name).ifPresent(codec -> filters.put(new Codecs.Key(way.source(), name), codec));
        } else if (way.decode().equals(Decoders.BYTES)
                && deviceAt.keySet().stream().noneMatch(key -> key.source().equals(way.source()))) {
            problems.add(positions
                    .of(way.of(), "decode")
                    .error(
                            "nothing says how to read these bytes",
                            "add codec: <file>.js, or codecs: to the asset file"));
        }
    }

    private Optional<Codec> codec(Position at, String name) {
        if (!NAME.matcher(name).matches() || name.contains("..")) {
            problems.add(at.error(
                    "'" + name + "' is not the name of a codec",
                    "a file beside this one or in " + SHARED + ": em500.js"));
            return Optional.empty();
        }
        String folder =
                at.file().contains("/") ? at.file().substring(0, at.file().lastIndexOf('/')) : "";
        List<String> places = List.of(folder + "/" + name, SHARED + "/" + name);
        Optional<String> there = places.stream()
                .filter(place -> Files.isRegularFile(home.resolve(place)))
                .findFirst();
        if (there.isEmpty()) {
            problems.add(at.error(
                    "there is no codec '" + name + "' in " + folder + " nor in " + SHARED,
                    DidYouMean.hint(name, known(List.of(folder, SHARED)))));
            return Optional.empty();
        }
        String path = there.get();
        if (!compiled.containsKey(path)) {
            compiled.put(path, compile(path));
        }
        return Objects.requireNonNull(compiled.get(path));
    }

    private Optional<Codec> compile(String path) {
        try {
            Path file = home.resolve(path);
            if (Files.size(file) > 4L * Codec.LONGEST_SOURCE) {
                problems.add(new Position(path, 0, 0)
                        .error(
                                "a codec has up to " + Codec.LONGEST_SOURCE + " characters",
                                "drop what it does not need"));
                return Optional.empty();
            }
            String text = Files.readString(file, StandardCharsets.UTF_8);
            Codec codec = Codec.compile(path, text, limits);
            texts.put(path, text);
            return Optional.of(codec);
        } catch (CodecException e) {
            problems.add(new Position(path, e.line(), e.column())
                    .error(String.valueOf(e.getMessage()), "see docs/sources/codecs.md for what a codec may be"));
        } catch (MalformedInputException e) {
            problems.add(new Position(path, 0, 0).error("it is not UTF-8", "save it as UTF-8"));
        } catch (IOException e) {
            problems.add(new Position(path, 0, 0)
                    .error("it cannot be read: " + e.getMessage(), "check that the hub's user may read it"));
        }
        return Optional.empty();
    }

    private Set<String> known(List<String> folders) {
        Set<String> names = new TreeSet<>();
        for (String folder : folders) {
            if (Files.isDirectory(home.resolve(folder))) {
                try (Stream<Path> list = Files.list(home.resolve(folder))) {
                    list.map(file -> file.getFileName().toString())
                            .filter(file -> file.endsWith(".js"))
                            .forEach(names::add);
                } catch (IOException e) {
                    // the hint is only a help
                }
            }
        }
        return names;
    }
}
