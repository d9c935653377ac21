package org.millrace.rule;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.millrace.rule.RuleFile.Watch;

/** Which keys and levels a kind of rule has: what is missing or out of place is said before anything is computed. */
final class KindKeys {
    private static final Set<String> SIDES = Set.of("HH", "H", "L", "LL");

    /**
     * @param needs keys that must be given
     * @param takes keys that may be given too
     * @param levels the names a level can have; empty when limits name them freely
     */
    private record Kind(List<String> needs, Set<String> takes, Set<String> levels) {}

    private static final Map<String, String> EXAMPLES = Map.ofEntries(
            Map.entry("input", "input: temperature.bearing"),
            Map.entry("limits", "limits: { H: 80 Cel }"),
            Map.entry("over", "over: 10m"),
            Map.entry("set_point", "set_point: pressure.setpoint, or set_point: 6 bar"),
            Map.entry("function", "function: avg"),
            Map.entry("event", "event: state == 'FAULT'"),
            Map.entry("count", "count: 5"),
            Map.entry("when", "when: state == 'RUN' && flow < 2.0"),
            Map.entry("every", "every: 2000 h"),
            Map.entry("horizon", "horizon: 7d"),
            Map.entry("capacity", "capacity: 25 t"),
            Map.entry("reorder_at", "reorder_at: 30 %"));

    private static final Map<Watch, Kind> KINDS = Map.ofEntries(
            kind(Watch.THRESHOLD, List.of("input", "limits"), Set.of("deadband"), SIDES),
            kind(Watch.ZONES, List.of("input"), Set.of("limits", "standard", "deadband"), Set.of()),
            kind(Watch.RATE, List.of("input", "limits", "over"), Set.of("per", "deadband"), SIDES),
            kind(Watch.DEVIATION, List.of("input", "limits", "set_point"), Set.of("deadband"), SIDES),
            kind(Watch.AGGREGATE, List.of("input", "limits", "function", "over"), Set.of("window", "deadband"), SIDES),
            kind(Watch.ABSENCE, List.of("input"), Set.of("after"), Set.of("absent")),
            kind(Watch.FLATLINE, List.of("input", "over"), Set.of("band"), Set.of("flat")),
            kind(Watch.EVENT_COUNT, List.of("event", "count", "over"), Set.of(), Set.of("repeated")),
            kind(
                    Watch.METER,
                    List.of("input", "every"),
                    Set.of("warn_before", "anchor", "start_at"),
                    Set.of("warning", "due")),
            kind(Watch.TREND, List.of("input", "limits", "over", "horizon"), Set.of("confidence"), SIDES),
            kind(
                    Watch.LEVEL_REORDER,
                    List.of("input", "capacity", "reorder_at"),
                    Set.of("predict", "ignore_rise_above", "purchase_request"),
                    Set.of("reorder")),
            kind(Watch.CONDITION, List.of("when"), Set.of("input"), Set.of("active")));

    private static Map.Entry<Watch, Kind> kind(Watch watch, List<String> needs, Set<String> takes, Set<String> levels) {
        return Map.entry(watch, new Kind(needs, takes, levels));
    }

    private final RuleFile rule;
    private final Findings findings;

    KindKeys(RuleFile rule, Findings findings) {
        this.rule = rule;
        this.findings = findings;
    }

    /** How people write a kind. */
    static String word(Watch watch) {
        return watch.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** False when the kind is not in this version or lacks a key: then it can be bound to nothing. */
    boolean check() {
        Kind kind = KINDS.get(rule.watch());
        String word = word(rule.watch());
        if (kind == null) {
            findings.error(
                    "watch",
                    "watch: " + word + " is not in this version",
                    "until it is: trend or aggregate for what changes slowly, rate for what changes fast");
            return false;
        }
        Map<String, Boolean> given = given();
        boolean whole = true;
        for (String key : kind.needs()) {
            if (!Boolean.TRUE.equals(given.get(key))) {
                boolean limits = key.equals("limits");
                whole = false;
                findings.error(
                        limits ? "limits" : "watch",
                        limits ? "there is no limit" : "watch: " + word + " needs " + key,
                        "write e.g. " + EXAMPLES.get(key));
            }
        }
        given.forEach((key, here) -> {
            if (here && !kind.needs().contains(key) && !kind.takes().contains(key)) {
                findings.error(key, "'" + key + "' has no meaning with watch: " + word, belongs(key));
            }
        });
        if (rule.watch() == Watch.ZONES
                && rule.limits().isEmpty() == rule.standard().isEmpty()) {
            findings.error(
                    "limits",
                    rule.limits().isEmpty() ? "there is no limit" : "limits and standard both give the zones",
                    rule.limits().isEmpty() ? "write e.g. limits: { C: 4.5 mm/s, D: 7.1 mm/s }" : "keep one of them");
        }
        limitNames(kind, word);
        levelNames(kind, word);
        return whole;
    }

    private static String belongs(String key) {
        Set<String> kinds = new TreeSet<>();
        KINDS.forEach((watch, kind) -> {
            if (kind.needs().contains(key) || kind.takes().contains(key)) {
                kinds.add(word(watch));
            }
        });
        return "it is for " + String.join(", ", kinds) + "; remove it";
    }

    private Map<String, Boolean> given() {
        Map<String, Boolean> given = new LinkedHashMap<>();
        given.put("input", !rule.input().isBlank());
        given.put("limits", !rule.limits().isEmpty());
        given.put("standard", rule.standard().isPresent());
        given.put("deadband", rule.deadband().isPresent());
        given.put("over", rule.over().isPresent());
        given.put("per", rule.per().isPresent());
        given.put("set_point", rule.setPoint().isPresent());
        given.put("function", rule.function().isPresent());
        given.put("window", rule.window().isPresent());
        given.put("after", rule.after().isPresent());
        given.put("band", rule.band().isPresent());
        given.put("event", rule.event().isPresent());
        given.put("count", rule.count().isPresent());
        given.put("when", rule.when().isPresent());
        given.put("every", rule.every().isPresent());
        given.put("warn_before", rule.warnBefore().isPresent());
        given.put("anchor", rule.anchor().isPresent());
        given.put("start_at", rule.startAt().isPresent());
        given.put("horizon", rule.horizon().isPresent());
        given.put("confidence", rule.confidence().isPresent());
        given.put("capacity", rule.capacity().isPresent());
        given.put("reorder_at", rule.reorderAt().isPresent());
        given.put("predict", rule.predict().isPresent());
        given.put("ignore_rise_above", rule.ignoreRiseAbove().isPresent());
        given.put("purchase_request", rule.purchaseRequest().isPresent());
        return given;
    }

    private void limitNames(Kind kind, String word) {
        if (!kind.levels().equals(SIDES)) {
            return;
        }
        for (String name : rule.limits().keySet()) {
            if (!SIDES.contains(name)) {
                findings.error(
                        "limits." + name,
                        "'" + name + "' is no level of a " + word,
                        rule.watch() == Watch.THRESHOLD ? "use HH, H, L, LL, or watch: zones" : "use HH, H, L, LL");
            }
        }
    }

    private void levelNames(Kind kind, String word) {
        rule.levels().keySet().forEach(name -> levelName("levels." + name, name, kind, word));
        rule.workOrder().ifPresent(order -> {
            order.due().keySet().forEach(name -> levelName("work_order.due." + name, name, kind, word));
            order.assetDown().forEach(name -> levelName("work_order.asset_down", name, kind, word));
        });
    }

    private void levelName(String key, String name, Kind kind, String word) {
        Set<String> named = levels(kind);
        if (named.contains(name)) {
            return;
        }
        boolean byLimit = kind.levels().isEmpty() || kind.levels().equals(SIDES);
        findings.error(
                key,
                byLimit ? "level '" + name + "' has no limit" : "'" + name + "' is no level of watch: " + word,
                NameHint.hint(name, named, byLimit ? "limit" : "level"));
    }

    private Set<String> levels(Kind kind) {
        if (rule.standard().isPresent()) {
            return new TreeSet<>(Iso10816.ZONES);
        }
        if (kind.levels().isEmpty() || kind.levels().equals(SIDES)) {
            return rule.limits().keySet();
        }
        Set<String> names = new TreeSet<>(new ArrayList<>(kind.levels()));
        if (rule.watch() == Watch.METER && rule.warnBefore().isEmpty()) {
            names.remove("warning");
        }
        return names;
    }
}
