package org.millrace.alarm;

import java.util.ArrayList;
import java.util.List;
import org.millrace.alarm.AlarmBoard.Kind;
import org.millrace.alarm.AlarmBoard.Mute;
import org.millrace.alarm.AlarmBoard.Service;
import org.millrace.alarm.AlarmBoard.Shelving;
import org.millrace.alarm.Floods.Flood;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.AlarmEvent.Type;
import org.millrace.rule.RuleEngine;
import org.millrace.signal.Micros;

/** What a command does. What is not possible in the alarm's present state does nothing: a replay must not depend on it. */
final class Commander {
    private final RuleEngine rules;
    private final Annunciator alarms;
    private final AlarmPlan plan;

    Commander(RuleEngine rules, Annunciator alarms, AlarmPlan plan) {
        this.rules = rules;
        this.alarms = alarms;
        this.plan = plan;
    }

    List<AlarmEvent> apply(long hub, AlarmCommand command) {
        return switch (command) {
            case AlarmCommand.Acknowledge c -> acknowledge(hub, c);
            case AlarmCommand.Confirm c ->
                alarms.run(hub, rules.confirm(hub, incident(c.target())), c.who(), c.comment());
            case AlarmCommand.Reset c -> alarms.run(hub, rules.reset(hub, incident(c.target())), c.who(), c.comment());
            case AlarmCommand.Shelve c -> alarms.command(hub, () -> shelve(hub, c));
            case AlarmCommand.Unshelve c ->
                alarms.command(hub, () -> {
                    PointState p = alarms.byTarget(c.target());
                    if (p != null && p.shelving.isOn()) {
                        alarms.unshelve(p, c.who(), c.reason());
                    }
                });
            case AlarmCommand.OutOfService c ->
                alarms.command(
                        hub,
                        () -> service(
                                c.target(),
                                new Service(true, hub, c.who(), c.reason()),
                                Type.OUT_OF_SERVICE,
                                c.who(),
                                c.reason()));
            case AlarmCommand.InService c ->
                alarms.command(hub, () -> service(c.target(), Service.IN, Type.IN_SERVICE, c.who(), c.reason()));
            case AlarmCommand.Mute c ->
                alarms.command(hub, () -> {
                    alarms.mutes.removeIf(mute -> mute.isOf(c.system(), c.order()));
                    alarms.mutes.add(new Mute(c.system(), c.order(), c.asset(), c.failureMode(), c.until(), c.who()));
                    alarms.mutesDirty = true;
                });
            case AlarmCommand.Unmute c ->
                alarms.command(
                        hub,
                        () -> alarms.mutesDirty |= alarms.mutes.removeIf(mute -> mute.isOf(c.system(), c.order())));
        };
    }

    /** The open incident of a target that may name the alarm itself. */
    private String incident(String target) {
        PointState p = alarms.byTarget(target);
        return p == null ? target : p.incident;
    }

    private List<AlarmEvent> acknowledge(long hub, AlarmCommand.Acknowledge c) {
        Flood flood = alarms.floods.byIncident(c.target());
        if (flood == null) {
            return alarms.run(hub, rules.acknowledge(hub, incident(c.target()), c.who()), c.who(), c.comment());
        }
        List<AlarmEvent> raw = new ArrayList<>();
        for (PointState p : alarms.points) {
            if (p.inFlood && p.parent.equals(flood.incident) && !p.acked) {
                raw.addAll(rules.acknowledge(hub, p.incident, c.who()));
            }
        }
        List<AlarmEvent> events = new ArrayList<>();
        for (AlarmEvent event : Floods.acknowledge(flood, hub)) {
            events.add(event.step(
                    event.step(),
                    event.type(),
                    event.time(),
                    hub,
                    event.handling().by(c.who(), c.comment())));
        }
        events.addAll(alarms.run(hub, raw, c.who(), c.comment()));
        return events;
    }

    private void shelve(long hub, AlarmCommand.Shelve c) {
        PointState p = alarms.byTarget(c.target());
        if (p == null) {
            return;
        }
        long max = Micros.of(plan.shelving(p.point.key()).max());
        long time = c.micros() <= 0 ? max : Math.min(max, c.micros());
        p.shelving = new Shelving(c.oneShot() ? Kind.ONE_SHOT : Kind.TIMED, hub, hub + time, c.who(), c.reason());
        alarms.state(p, Type.SHELVED, c.who(), c.reason());
    }

    private void service(String target, Service service, Type change, String who, String reason) {
        PointState p = alarms.byTarget(target);
        if (p != null && p.service.out() != service.out()) {
            p.service = service;
            alarms.state(p, change, who, reason);
        }
    }
}
