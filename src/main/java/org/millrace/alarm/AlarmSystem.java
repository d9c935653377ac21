package org.millrace.alarm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.millrace.plant.Tag;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.Listeners;
import org.millrace.rule.RuleEngine;
import org.millrace.signal.SampleBatch;

/**
 * The rules and what becomes of their alarms: samples, ticks and commands in, events out, in an order that depends on
 * nothing else. One thread at a time, but for {@link #board()}.
 *
 * <p>Checkpoint as of the {@link RuleEngine}: store {@link #takeChanged()} and {@link #takeRemoved()} with the cursor
 * and the events in one transaction. Its own rows have names that begin with {@code alarm:}.
 */
public final class AlarmSystem {
    private final RuleEngine rules;
    private final Annunciator annunciator;
    private final Commander commander;
    private final Set<String> removed = new LinkedHashSet<>();
    /** Points, with the slots of their suppression conditions. */
    private final Listeners monitors = new Listeners();

    private boolean keepDerived;
    private SampleBatch.Builder derived = SampleBatch.builder(0);
    private volatile AlarmBoard board = AlarmBoard.EMPTY;

    /**
     * @param rules made from the same compilation as the plan
     * @param tagNumber the number of a tag path in the journal's dictionary
     */
    public AlarmSystem(RuleEngine rules, AlarmPlan plan, ToIntFunction<String> tagNumber) {
        this.rules = rules;
        this.annunciator = new Annunciator(rules, plan);
        this.commander = new Commander(rules, annunciator, plan);
        for (PointState state : annunciator.points) {
            if (state.monitor != null) {
                rules.keepDerived();
                List<Tag> tags = state.monitor.tags();
                for (int slot = 0; slot < tags.size(); slot++) {
                    listen(tagNumber.applyAsInt(tags.get(slot).path()), state.point.index(), slot);
                }
            }
        }
    }

    private void listen(int tag, int point, int slot) {
        if (tag < 0) {
            throw new IllegalArgumentException(
                    "a tag of a suppress condition has no number: register it in the journal's dictionary first");
        }
        monitors.add(tag, point, slot);
    }

    /** @param hubTime hub time of the batch's journal entry, µs */
    public List<AlarmEvent> samples(long hubTime, SampleBatch batch) {
        List<AlarmEvent> raw = rules.samples(hubTime, batch);
        boolean changed = !monitors.isEmpty() && monitor(batch, false);
        changed |= derived();
        if (raw.isEmpty() && !changed) {
            return raw;
        }
        return annunciator.run(hubTime, raw);
    }

    /** Conditions see derived tags too; true when one began or ceased to hold. */
    private boolean derived() {
        if (monitors.isEmpty()) {
            return false;
        }
        SampleBatch values = rules.takeDerived();
        for (int i = 0; keepDerived && i < values.size(); i++) {
            derived.add(values.sample(i));
        }
        return monitor(values, true);
    }

    /** @param computed just now: an own value that comes back through the journal is not news, and may be an old one */
    private boolean monitor(SampleBatch batch, boolean computed) {
        boolean changed = false;
        for (int i = 0, n = batch.size(); i < n; i++) {
            if (!computed && rules.computes(batch.tag(i))) {
                continue;
            }
            int[] pairs = monitors.of(batch.tag(i));
            for (int p = 0; p < pairs.length; p += 2) {
                PointState state = annunciator.points.get(pairs[p]);
                changed |= state.monitor != null && state.monitor.sample(pairs[p + 1], batch, i);
                state.dirty = true;
            }
        }
        return changed;
    }

    /** Lets delays, shelving and everything else that runs out by time run out. */
    public List<AlarmEvent> tick(long hubTime) {
        List<AlarmEvent> raw = rules.tick(hubTime);
        derived();
        List<AlarmEvent> events = annunciator.run(hubTime, raw);
        publish();
        return events;
    }

    /** What an operator or a system of work orders says; without effect when it is not possible now. */
    public List<AlarmEvent> apply(long hubTime, AlarmCommand command) {
        List<AlarmEvent> events = commander.apply(hubTime, command);
        publish();
        return events;
    }

    /** As {@link RuleEngine#acknowledge}. */
    public List<AlarmEvent> acknowledge(long hubTime, String incident, String user) {
        return apply(hubTime, new AlarmCommand.Acknowledge(incident, user, ""));
    }

    /** As {@link RuleEngine#completed}. */
    public List<AlarmEvent> completed(long hubTime, String asset, String rule, long time) {
        return annunciator.run(hubTime, rules.completed(hubTime, asset, rule, time));
    }

    /** As {@link RuleEngine#keepDerived}. */
    public void keepDerived() {
        keepDerived = true;
        rules.keepDerived();
    }

    /** As {@link RuleEngine#takeDerived}. */
    public SampleBatch takeDerived() {
        if (monitors.isEmpty()) {
            return rules.takeDerived();
        }
        SampleBatch taken = derived.build();
        derived = SampleBatch.builder(0);
        return taken;
    }

    /** As {@link RuleEngine#footprint}. */
    public Map<String, Integer> footprint() {
        return rules.footprint();
    }

    private void publish() {
        if (annunciator.changed) {
            annunciator.changed = false;
            board = annunciator.board();
        }
    }

    /** As of the last tick or command; safe from any thread. */
    public AlarmBoard board() {
        return board;
    }

    /** State rows that changed since the last call. */
    public Map<String, byte[]> takeChanged() {
        Map<String, byte[]> changed = new LinkedHashMap<>(rules.takeChanged());
        AlarmRows.takeChanged(annunciator, changed);
        return changed;
    }

    /** Names of restored rows that nothing has any more, since the last call. */
    public Set<String> takeRemoved() {
        Set<String> taken = new LinkedHashSet<>(rules.takeRemoved());
        taken.addAll(removed);
        removed.clear();
        return taken;
    }

    /**
     * Sets the state from stored rows; to be called once, before anything else.
     *
     * @throws IllegalArgumentException when a row is damaged or of a newer version
     */
    public void restore(Map<String, byte[]> rows) {
        Map<String, byte[]> ofRules = new LinkedHashMap<>();
        Map<String, byte[]> own = new LinkedHashMap<>();
        rows.forEach((name, row) -> (name.startsWith(AlarmRows.PREFIX) ? own : ofRules).put(name, row));
        rules.restore(ofRules);
        removed.addAll(AlarmRows.restore(annunciator, own));
        annunciator.resumed(Set.copyOf(rules.openIncidents()));
        board = annunciator.board();
    }

    /** Ids of the incidents that are not over, those of floods included. */
    public List<String> openIncidents() {
        List<String> open = new ArrayList<>(rules.openIncidents());
        annunciator.floods.floods.values().forEach(flood -> {
            if (!flood.incident.isEmpty()) {
                open.add(flood.incident);
            }
        });
        return open;
    }
}
