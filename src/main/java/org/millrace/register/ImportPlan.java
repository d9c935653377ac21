package org.millrace.register;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.millrace.config.YamlEdit;
import org.millrace.config.YamlEdit.NotEditableException;
import org.millrace.connector.RegisterAsset;
import org.millrace.register.AssetFolder.Found;
import org.millrace.register.FieldMerge.Change;
import org.millrace.register.FieldMerge.Kind;

/**
 * What an import would do: nothing is written here.
 *
 * @param files the whole new text of each file that changes, by its path; new ones are not there yet
 * @param assets what happens to each asset of the register, in its order
 * @param gone ids of assets that an earlier import brought and the register has no more; nothing for half a register
 * @param next what the import leaves behind for the one after it
 * @param notes what a person should know, each a whole sentence
 */
public record ImportPlan(
        Map<Path, FileChange> files, List<AssetChange> assets, List<String> gone, Imported next, List<String> notes) {

    /** One file before and after; {@code before} is empty for a new one. */
    public record FileChange(String before, String after) {}

    /** @param created a new file; @param changes what differs between file and register */
    public record AssetChange(String id, String registerId, boolean created, List<Change> changes) {}

    /** Whether any file would be written. */
    public boolean changesFiles() {
        return !files.isEmpty();
    }

    /**
     * @param complete whether this is the whole register: else nothing is taken for gone
     * @param under path below which new assets stand
     */
    public static ImportPlan of(
            Path home, List<Found> there, Imported last, List<RegisterAsset> register, boolean complete, String under) {
        return new Planner(home, there, last, under).plan(register, complete);
    }

    private static final class Planner {
        private static final int MOST_STEPS = 8;

        private final Path home;
        private final Imported last;
        private final String under;
        private final Map<String, Found> byId = new HashMap<>();
        private final Map<String, List<Found>> byEquipment = new HashMap<>();
        private final Set<String> paths = new HashSet<>();
        private final Set<String> lowerIds = new HashSet<>();
        private final Map<String, String> hubIds = new HashMap<>();
        private final Map<String, RegisterAsset> byRegisterId = new HashMap<>();
        private final Map<String, String> pathOf = new HashMap<>();
        private final Map<Path, FileChange> files = new LinkedHashMap<>();
        private final Map<Path, String> texts = new HashMap<>();
        private final Map<String, Imported.Entry> next = new TreeMap<>();
        private final List<String> notes = new ArrayList<>();

        Planner(Path home, List<Found> there, Imported last, String under) {
            this.home = home;
            this.last = last;
            this.under = under;
            for (Found found : there) {
                byId.putIfAbsent(found.id(), found);
                lowerIds.add(Names.pathStep(found.id()));
                found.document().get("path").ifPresent(paths::add);
                found.document()
                        .get("cmms.equipment")
                        .ifPresent(number -> byEquipment
                                .computeIfAbsent(number, key -> new ArrayList<>())
                                .add(found));
            }
        }

        ImportPlan plan(List<RegisterAsset> register, boolean complete) {
            register.forEach(asset -> byRegisterId.put(asset.id(), asset));
            Set<String> taken = new HashSet<>();
            for (RegisterAsset asset : register) {
                known(asset).filter(taken::add).ifPresent(id -> hubIds.put(asset.id(), id));
            }
            for (RegisterAsset asset : register) {
                hubIds.computeIfAbsent(asset.id(), id -> newId(asset));
            }
            List<AssetChange> assets = new ArrayList<>();
            register.forEach(asset -> assets.add(one(asset)));
            List<String> gone = new ArrayList<>();
            last.assets().forEach((id, entry) -> {
                if (!byRegisterId.containsKey(id)) {
                    next.put(id, entry);
                    if (complete && byId.containsKey(entry.asset())) {
                        gone.add(entry.asset());
                    }
                }
            });
            return new ImportPlan(files, List.copyOf(assets), List.copyOf(gone), new Imported(next), notes);
        }

        /** The asset file this is: the one it was imported to, else the one with its number. */
        private Optional<String> known(RegisterAsset asset) {
            Imported.Entry before = last.assets().get(asset.id());
            if (before != null && byId.containsKey(before.asset())) {
                return Optional.of(before.asset());
            }
            String number = asset.cmms().getOrDefault("equipment", asset.number());
            List<Found> same = byEquipment.getOrDefault(number, List.of());
            if (same.size() > 1) {
                notes.add("the number " + number + " stands in " + same.size() + " asset files ("
                        + String.join(", ", same.stream().map(Found::id).toList())
                        + "): only the first is brought up to date");
            }
            if (!same.isEmpty()) {
                return Optional.of(same.getFirst().id());
            }
            return Optional.of(asset.number()).filter(byId::containsKey);
        }

        private String newId(RegisterAsset asset) {
            String wanted = Names.step(asset.number());
            wanted = wanted.isEmpty() ? Names.step(asset.name()) : wanted;
            wanted = wanted.isEmpty() ? "asset-" + Names.step(asset.id()) : wanted;
            String id = wanted;
            for (int i = 2; !lowerIds.add(Names.pathStep(id)); i++) { // also the name of its file, on any file system
                id = wanted + "-" + i;
            }
            if (!id.equals(wanted)) {
                notes.add("the id " + wanted + " is taken: register asset " + asset.id() + " (" + asset.name()
                        + ") becomes " + id);
            }
            return id;
        }

        private AssetChange one(RegisterAsset asset) {
            String id = hubIds.getOrDefault(asset.id(), asset.id());
            Map<String, String> fields = fields(asset);
            Found found = byId.get(id);
            if (found == null) {
                Path file = home.resolve("connectors-config/assets/" + Names.pathStep(id) + ".yaml");
                files.put(file, new FileChange("", AssetFolder.text(id, fields)));
                next.put(asset.id(), new Imported.Entry(id, fields));
                List<Change> all = FieldMerge.merge(Map.of(), Map.of(), fields);
                return new AssetChange(id, asset.id(), true, all);
            }
            Imported.Entry before = last.assets().get(asset.id());
            Map<String, String> base = before == null ? Map.of() : before.fields();
            List<Change> changes = FieldMerge.merge(base, found.fields(), fields);
            next.put(asset.id(), new Imported.Entry(id, write(found, changes, fields)));
            return new AssetChange(id, asset.id(), false, changes);
        }

        /** @return what the import now has brought: without what could not be written */
        private Map<String, String> write(Found found, List<Change> changes, Map<String, String> fields) {
            Map<String, String> brought = new TreeMap<>(fields);
            YamlEdit document = found.document();
            Path file = found.file();
            for (Change change : changes.stream().filter(Change::writes).toList()) {
                try {
                    document = current(found, document)
                            .set(change.field(), change.register(), AssetFolder.before(change.field()));
                    texts.put(file, document.text());
                } catch (NotEditableException e) {
                    brought.remove(change.field());
                    notes.add(home.relativize(file) + ": " + e.getMessage() + "; set it to \"" + change.register()
                            + "\" by hand");
                }
            }
            String after = texts.getOrDefault(file, document.text());
            String first = files.containsKey(file)
                    ? files.get(file).before()
                    : found.document().text();
            if (!after.equals(first)) {
                files.put(file, new FileChange(first, after));
            }
            return brought;
        }

        /** A file may hold several assets, and another one of them may have changed already. */
        private YamlEdit current(Found found, YamlEdit document) {
            return YamlEdit.documents(texts.getOrDefault(found.file(), document.text())).stream()
                    .filter(one -> one.get("id").equals(Optional.of(found.id())))
                    .findFirst()
                    .orElse(document);
        }

        private Map<String, String> fields(RegisterAsset asset) {
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("name", Names.text(asset.name()));
            fields.put("path", path(asset, new HashSet<>()));
            asset.type()
                    .map(Names::pathStep)
                    .filter(step -> !step.isEmpty())
                    .ifPresent(step -> fields.put("class", step));
            asset.criticality().map(String::strip).ifPresent(said -> {
                if (said.matches("[ABC]")) {
                    fields.put("criticality", said);
                } else {
                    notes.add("asset " + hubIds.get(asset.id()) + ": the criticality '" + Names.text(said)
                            + "' is none of A, B and C; hint: asset.criticality in the connector file translates it");
                }
            });
            asset.cmms().forEach((key, text) -> fields.put("cmms." + key, Names.text(text)));
            return fields;
        }

        /** Of the file where there is one, so that what is part of a machine stands below it; else by the register. */
        private String path(RegisterAsset asset, Set<String> seen) {
            String computed = pathOf.get(asset.id());
            if (computed != null) {
                return computed;
            }
            String id = hubIds.getOrDefault(asset.id(), asset.id());
            Imported.Entry before = last.assets().get(asset.id());
            List<String> steps = new ArrayList<>(List.of(under.split("/")));
            RegisterAsset parent = asset.parent()
                    .map(byRegisterId::get)
                    .filter(known -> seen.add(asset.id()))
                    .orElse(null);
            if (parent != null && !seen.contains(parent.id())) {
                Found file = byId.get(hubIds.get(parent.id()));
                String above = file == null
                        ? path(parent, seen)
                        : file.document().get("path").orElse(under);
                steps = new ArrayList<>(List.of(above.split("/")));
            } else {
                asset.location().stream()
                        .map(Names::pathStep)
                        .filter(s -> !s.isEmpty())
                        .forEach(steps::add);
            }
            int keep = under.split("/").length;
            while (steps.size() >= MOST_STEPS) {
                steps.remove(Math.min(keep, steps.size() - 1)); // the hub allows eight
            }
            steps.add(Names.pathStep(id));
            String path = String.join("/", steps);
            boolean own = byId.containsKey(id);
            boolean same = before != null && path.equals(before.fields().get("path"));
            if (!own && !same) {
                for (int i = 2; !paths.add(path); i++) {
                    path = String.join("/", steps) + "-" + i;
                }
            }
            pathOf.put(asset.id(), path);
            return path;
        }
    }

    /** How many assets that had a file already have a change of one of these kinds. */
    public long count(Kind... kinds) {
        List<Kind> wanted = List.of(kinds);
        return assets.stream()
                .filter(asset -> !asset.created() && asset.changes().stream().anyMatch(c -> wanted.contains(c.kind())))
                .count();
    }

    /** How many files are new. */
    public long created() {
        return assets.stream().filter(AssetChange::created).count();
    }
}
