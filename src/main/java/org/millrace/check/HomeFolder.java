package org.millrace.check;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.millrace.config.ConfigFolder;
import org.millrace.config.Placeholders;
import org.millrace.config.Position;
import org.millrace.config.Problem;
import org.millrace.historian.HistorianFile;
import org.millrace.plant.AssetFile;
import org.millrace.plant.PlantBuilder;
import org.millrace.route.Known;
import org.millrace.route.Rights;
import org.millrace.route.RouteCheck;
import org.millrace.route.RouteFiles;
import org.millrace.rule.Compilation;
import org.millrace.rule.RuleCompiler;
import org.millrace.rule.RuleFile;
import org.millrace.rule.RuleProblem;
import org.millrace.source.decode.Decoders;
import org.millrace.source.mqtt.MqttSourceFile;
import org.millrace.source.opcua.OpcUaSourceFile;
import org.millrace.source.plc.PlcSourceFile;

/** Reads and checks a home folder offline: what {@code hub check} prints and what {@code hub run} starts from. */
public final class HomeFolder {
    /** Every kind of document a home folder may hold. */
    public static final List<Class<? extends Record>> KINDS = List.of(
            HubFile.class,
            HistorianFile.class,
            OpcUaSourceFile.class,
            PlcSourceFile.class,
            MqttSourceFile.class,
            AssetFile.class,
            RuleFile.class);

    private final Path home;
    private final Placeholders placeholders;
    private final List<Problem> problems = new ArrayList<>();

    private HomeFolder(Path home, Placeholders placeholders) {
        this.home = home;
        this.placeholders = placeholders;
    }

    /** @param home folder that holds {@code routes/} and {@code connectors-config/} */
    public static Configuration read(Path home, Placeholders placeholders) throws IOException {
        return new HomeFolder(home, placeholders).read();
    }

    private Configuration read() throws IOException {
        ConfigFolder.Config config =
                new ConfigFolder(KINDS, placeholders).read(home, home.resolve("connectors-config"));
        problems.addAll(config.problems());
        HubFile hub = one(config, HubFile.class, HubFile.defaults());
        checkHub(config, hub);
        HistorianFile historian = one(config, HistorianFile.class, noHistorianFile());
        Map<String, String> sources = sources(config);

        PlantBuilder.Built built =
                PlantBuilder.build(config.all(AssetFile.class), sources.keySet(), config.positions());
        problems.addAll(built.problems());
        List<RuleFile> ruleFiles = config.all(RuleFile.class);
        Compilation rules = RuleCompiler.compile(built.plant(), ruleFiles);
        place(config, ruleFiles, rules.problems());

        Known known =
                new Known(sources, Set.of("desk"), Set.of(), Decoders.standard().names());
        Rights rights = hub.mayWrite() ? Rights.standard().withWrite() : Rights.standard();
        problems.addAll(RouteCheck.create().check(home, known, rights));
        return new Configuration(
                hub,
                historian,
                config.all(OpcUaSourceFile.class),
                config.all(PlcSourceFile.class),
                config.all(MqttSourceFile.class),
                built.plant(),
                ruleFiles,
                rules,
                RouteFiles.load(home),
                FilesVersion.of(home, List.of("connectors-config", "routes")),
                List.copyOf(problems));
    }

    private static HistorianFile noHistorianFile() {
        return new HistorianFile(
                "", java.util.Optional.empty(), java.util.Optional.empty(), 10_000, Duration.ofSeconds(1));
    }

    private <T extends Record> T one(ConfigFolder.Config config, Class<T> kind, T otherwise) {
        List<T> found = config.all(kind);
        for (T more : found.subList(Math.min(1, found.size()), found.size())) {
            problems.add(config.positions()
                    .of(more)
                    .error(
                            "a second document of this kind; the first is in "
                                    + config.positions().of(found.getFirst()).file(),
                            "keep one"));
        }
        return found.isEmpty() ? otherwise : found.getFirst();
    }

    private void checkHub(ConfigFolder.Config config, HubFile hub) {
        try {
            ZoneId.of(hub.timeZone());
        } catch (DateTimeException e) {
            problems.add(config.positions()
                    .of(hub, "time_zone")
                    .error("'" + hub.timeZone() + "' is not a time zone", "write an IANA name such as Europe/Paris"));
        }
        hub.http().ifPresent(http -> {
            if (http.port() < 0 || http.port() > 65_535) {
                problems.add(config.positions()
                        .of(http, "port")
                        .error("port " + http.port() + " does not exist", "0 (any free port) to 65535"));
            }
        });
        hub.journal().ifPresent(journal -> {
            String unit = journal.maxSize().unit();
            if (!HubFile.SIZE_UNITS.containsKey(unit)) {
                problems.add(config.positions()
                        .of(journal, "max_size")
                        .error("'" + journal.maxSize() + "' is not a size", "write MB, GB, MiB or GiB, e.g. 2 GB"));
            }
        });
    }

    /** Source id to protocol; ids are unique across kinds. */
    private Map<String, String> sources(ConfigFolder.Config config) {
        Map<String, String> sources = new LinkedHashMap<>();
        Map<String, Position> first = new HashMap<>();
        for (Record record : config.records()) {
            String id = switch (record) {
                case OpcUaSourceFile s -> s.id();
                case PlcSourceFile s -> s.id();
                case MqttSourceFile s -> s.id();
                default -> "";
            };
            if (id.isEmpty()) {
                continue;
            }
            Position here = config.positions().of(record, "id");
            Position before = first.putIfAbsent(id, here);
            if (before != null) {
                problems.add(here.error(
                        "a second source has the id '" + id + "'",
                        "the first is at " + before.file() + ":" + before.line()));
            }
            sources.put(id, protocol(record));
        }
        return sources;
    }

    private static String protocol(Record source) {
        return source instanceof OpcUaSourceFile ? "opcua" : source instanceof PlcSourceFile ? "plc" : "mqtt";
    }

    /** Rule problems carry the rule's id and key; their file, line and column come from the loader. */
    private void place(ConfigFolder.Config config, List<RuleFile> files, List<RuleProblem> found) {
        Map<String, RuleFile> byId = new HashMap<>();
        files.forEach(file -> byId.putIfAbsent(file.id(), file));
        for (RuleProblem problem : found) {
            RuleFile file = byId.get(problem.ruleId());
            Position at = file == null
                    ? Position.UNKNOWN
                    : problem.offset() < 0
                            ? config.positions().of(file, problem.key())
                            : config.positions().within(file, problem.key(), problem.offset());
            problems.add(
                    problem.isError()
                            ? at.error(problem.message(), problem.hint())
                            : at.warning(problem.message(), problem.hint()));
        }
    }
}
