package org.millrace.backtest;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.millrace.alarm.AlarmPlan;
import org.millrace.alarm.AlarmSystem;
import org.millrace.journal.Journal;
import org.millrace.kpi.AlarmRates;
import org.millrace.plant.Tag;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.Compilation;
import org.millrace.rule.RuleEngine;
import org.millrace.rule.RuleFile;
import org.millrace.runtime.Commands;
import org.millrace.signal.SampleBatch;

/**
 * Replays recorded values through versions of the rules, all in one pass, with the engine that runs live. Nothing is
 * written anywhere.
 */
public final class Backtest {
    /** Who acknowledges in a replay, where people did not know the alarms that it raises. */
    public enum Acknowledge {
        /** As soon as an alarm has returned to normal, so that the next breach is an incident of its own. */
        ON_RETURN,
        /** Only as the journal has it: the events are then the live ones, to the byte. */
        RECORDED
    }

    /**
     * @param from µs since the epoch, included
     * @param to µs since the epoch, not included
     * @param warmUp values of this long before {@code from} bring the rules into their state; what they raise is not
     *     told, µs
     * @param stayOpen how long after the return a work order is still open and takes the next incident, µs
     */
    public record Settings(long from, long to, long warmUp, long stayOpen, Acknowledge acknowledge) {}

    /** One version of the rules and of what becomes of their alarms. */
    public record Version(String name, List<RuleFile> files, Compilation rules, AlarmPlan alarms) {
        /** Tags whose recorded values decide what is raised, and what of it is told. */
        Set<Tag> inputs() {
            return rules.inputs(alarms.inputs());
        }
    }

    /**
     * What one version would have done.
     *
     * @param events of the period, in order
     * @param tickets of the rules that ask for a work order
     * @param alarmsOnly incidents of rules that ask for none
     * @param rates how it would have been to sit in front of it
     */
    public record Outcome(
            String name, List<AlarmEvent> events, List<BacktestTicket> tickets, int alarmsOnly, AlarmRates rates) {}

    /** @param values samples that went through the rules of one version */
    public record Result(List<Outcome> outcomes, long values, long from, long to) {
        /** From the first version to the second. */
        public Difference difference() {
            return Difference.of(outcomes.get(0).tickets(), outcomes.get(1).tickets());
        }
    }

    private Backtest() {}

    public static Result run(List<Version> versions, History history, Settings settings, History.Progress progress)
            throws SQLException, IOException {
        List<Lane> lanes = versions.stream()
                .map(version -> new Lane(version, history, settings))
                .toList();
        Map<String, Tag> tags = new LinkedHashMap<>();
        versions.forEach(version -> version.inputs().forEach(tag -> tags.put(tag.path(), tag)));
        Count count = new Count(lanes);
        history.replay(List.copyOf(tags.values()), settings.from() - settings.warmUp(), settings.to(), count, progress);
        return new Result(
                lanes.stream().map(lane -> lane.outcome(settings)).toList(),
                count.values,
                settings.from(),
                settings.to());
    }

    private static final class Count implements History.Sink {
        private final List<Lane> lanes;
        private long values;

        Count(List<Lane> lanes) {
            this.lanes = lanes;
        }

        @Override
        public void samples(long hubTime, SampleBatch batch) {
            values += batch.size();
            for (Lane lane : lanes) {
                lane.take(lane.engine.samples(hubTime, batch), hubTime);
            }
        }

        @Override
        public void tick(long hubTime) {
            for (Lane lane : lanes) {
                lane.take(lane.engine.tick(hubTime), hubTime);
            }
        }

        @Override
        public void command(Journal.Entry.Command command) {
            for (Lane lane : lanes) {
                lane.take(Commands.apply(lane.engine, command), command.hubTime());
            }
        }
    }

    private static final class Lane {
        private final Version version;
        private final AlarmSystem engine;
        private final boolean acknowledges;
        private final List<AlarmEvent> events = new ArrayList<>();

        Lane(Version version, History history, Settings settings) {
            this.version = version;
            this.engine = new AlarmSystem(
                    new RuleEngine(version.rules(), history::tagNumber), version.alarms(), history::tagNumber);
            this.acknowledges = settings.acknowledge() == Acknowledge.ON_RETURN;
        }

        void take(List<AlarmEvent> told, long hubTime) {
            for (AlarmEvent event : told) {
                events.add(event);
                if (acknowledges && event.type() == AlarmEvent.Type.RTN_UNACK) {
                    events.addAll(engine.acknowledge(hubTime, event.incident(), "backtest"));
                }
            }
        }

        Outcome outcome(Settings settings) {
            Set<String> before = events.stream()
                    .filter(event -> event.time() < settings.from())
                    .map(AlarmEvent::incident)
                    .collect(Collectors.toSet());
            List<AlarmEvent> counted = events.stream()
                    .filter(event -> !before.contains(event.incident()))
                    .toList();
            Set<String> asking = version.files().stream()
                    .filter(file -> file.workOrder().isPresent())
                    .map(RuleFile::id)
                    .collect(Collectors.toSet());
            // who is not called for a shelved or suppressed alarm gets no work order for it either
            List<AlarmEvent> told = counted.stream()
                    .filter(event -> event.handling().announced())
                    .toList();
            Predicate<AlarmEvent> asks = event -> asking.contains(event.rule());
            List<BacktestTicket> tickets =
                    TicketBook.of(told.stream().filter(asks).toList(), settings.stayOpen());
            int others = TicketBook.of(told.stream().filter(asks.negate()).toList(), 0)
                    .size();
            return new Outcome(
                    version.name(), counted, tickets, others, AlarmRates.of(told, settings.from(), settings.to()));
        }
    }
}
