package org.millrace.alarm;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.millrace.config.Positions;
import org.millrace.plant.Tag;
import org.millrace.rule.BoundRule;
import org.millrace.rule.Compilation;

/** Every alarm there can be, with its policy. Immutable; made by {@link AlarmPlanner}. */
public final class AlarmPlan {
    /** What holds where no policy file says otherwise: shelving up to 8 hours with a reason, nothing else. */
    static final AlarmPolicyFile NO_POLICY = new AlarmPolicyFile(
            "",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            true);

    private static final AlarmPolicyFile.Shelve SHELVE = new AlarmPolicyFile.Shelve(Duration.ofHours(8), true);

    private final List<AlarmPoint> points;
    private final Map<String, AlarmPoint> byKey = new HashMap<>();

    AlarmPlan(List<AlarmPoint> points) {
        this.points = List.copyOf(points);
        points.forEach(point -> byKey.put(point.key(), point));
    }

    /** The alarms of rules that are known to be right, without a policy. */
    public static AlarmPlan of(Compilation rules) {
        return AlarmPlanner.plan(
                        rules.rules().stream().map(BoundRule::rule).distinct().toList(),
                        rules.rules(),
                        List.of(),
                        List.of(),
                        new Positions())
                .plan();
    }

    List<AlarmPoint> points() {
        return points;
    }

    /** @param alarm {@code rule@asset} */
    Optional<AlarmPoint> point(String alarm) {
        return Optional.ofNullable(byKey.get(alarm));
    }

    /** Every tag that a condition of {@code suppress: { when: … }} looks at: rules may not have it among their inputs. */
    public Set<Tag> inputs() {
        Set<Tag> inputs = new LinkedHashSet<>();
        points.forEach(point -> point.suppressWhen().ifPresent(condition -> inputs.addAll(condition.tags())));
        return inputs;
    }

    /** A maintenance window. @param calendar its id; @param until its end, hub time, µs */
    public record Maintenance(String calendar, long until) {}

    /**
     * The maintenance window that an alarm is in at a time.
     *
     * @param alarm {@code rule@asset}
     * @param micros hub time, µs
     */
    public Optional<Maintenance> maintenance(String alarm, long micros) {
        return point(alarm).stream()
                .flatMap(point -> point.windows().stream())
                .filter(window -> window.calendar().contains(micros))
                .findFirst()
                .map(window -> new Maintenance(window.id(), window.calendar().end(micros)));
    }

    public boolean knows(String alarm) {
        return byKey.containsKey(alarm);
    }

    /** What operators may shelve of an alarm. */
    public AlarmPolicyFile.Shelve shelving(String alarm) {
        return point(alarm).flatMap(point -> point.policy().shelve()).orElse(SHELVE);
    }

    /** Part of the plant an alarm is counted in; empty when there is no such alarm. */
    public String area(String alarm) {
        return point(alarm).map(AlarmPoint::area).orElse("");
    }

    /** A work order in progress for the asset mutes its alarms. */
    public boolean mutesInProgress(String asset) {
        return points.stream()
                .filter(point -> point.bound().asset().id().equals(asset))
                .anyMatch(point -> point.policy().muteInProgress());
    }
}
