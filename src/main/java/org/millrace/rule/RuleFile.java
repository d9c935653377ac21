package org.millrace.rule;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.config.Default;
import org.millrace.config.Doc;
import org.millrace.config.Kind;
import org.millrace.config.Quantity;

/** One rule as its file describes it: {@code connectors-config/rules/<id>.yaml}. */
@Kind("Rule")
@Doc("What to watch, when to act, on whom it calls.")
public record RuleFile(
        @Doc("Unique id; part of the incident key.") String id,

        @Doc("Title of alarm and work order; {level}, {asset.id}, {asset.name} are filled in.")
        String title,

        @Doc("Which assets: class, assets or path pattern.") Selector for_,

        @Doc("Kind of rule: what is compared with its limits. docs/rules.md has a section for each.")
        Watch watch,

        @Doc("Tag name within the asset; condition and event-count find theirs in their expression.") @Default("")
        String input,

        @Doc(
                "Limits by level name: { C: 4.5 mm/s, D: 7.1 mm/s } for zones; any of HH, H, L, LL for threshold, rate, deviation and aggregate; one of them for trend.")
        Map<String, Quantity> limits,

        @Doc("Limits of zones from a standard, instead of limits.")
        Optional<Standard> standard,

        @Doc("The window: rate, aggregate, flatline, event-count, trend.")
        Optional<Duration> over,

        @Doc("rate: the time its limits are for: 1s, 1m, 1h or 1d.")
        Optional<Duration> per,

        @Doc("deviation: the tag to compare with, or a constant such as 6 bar.")
        Optional<String> setPoint,

        @Doc("aggregate: what is made of the window.") Optional<Function> function,

        @Doc("aggregate: sliding moves on in 60 steps, tumbling gives one result at the end of each window (UTC).")
        Optional<Window> window,

        @Doc("absence: without a good value for this long; default: the tag's stale_after.")
        Optional<Duration> after,

        @Doc("flatline: a value that stays within this span has not changed.")
        Optional<Quantity> band,

        @Doc("event-count: CEL; each time it becomes true is one event.")
        Optional<String> event,

        @Doc("event-count: so many events within the window raise the alarm.")
        Optional<Integer> count,

        @Doc("condition: CEL; while it is true the alarm stands.")
        Optional<String> when,

        @Doc("meter: service interval in the input's unit, e.g. 2000 h.")
        Optional<Quantity> every,

        @Doc("meter: how long before it is due the level warning is reached.")
        Optional<Quantity> warnBefore,

        @Doc("meter: from where it counts.") Optional<Anchor> anchor,

        @Doc("meter: what it had when the rule was put in.") Optional<Quantity> startAt,

        @Doc("trend: the alarm is raised when the limit will be reached within this time.")
        Optional<Duration> horizon,

        @Doc("trend: how sure the slope must be, 80 % to 99.9 %.")
        Optional<Quantity> confidence,

        @Doc("level-reorder: what a full silo or tank holds, e.g. 25 t.")
        Optional<Quantity> capacity,

        @Doc("level-reorder: at or below this stock it is reordered, in % of the capacity or in its unit.")
        Optional<Quantity> reorderAt,

        @Doc("level-reorder: reorder earlier when the consumption asks for it.")
        Optional<Predict> predict,

        @Doc("level-reorder: a larger rise is a delivery, not a negative consumption.")
        Optional<Quantity> ignoreRiseAbove,

        @Doc("level-reorder: what to buy; the event then is a purchase request.")
        Optional<PurchaseRequest> purchaseRequest,

        @Doc(
                "CEL over the asset's tags; the alarm acts only while it is true. Missing or bad input is unknown, never false.")
        Optional<String> while_,

        @Doc("How long while: must hold before delays count.") @Default("0s")
        Duration settle,

        @Doc("How far back below the limit a value must fall to leave a level.")
        Optional<Quantity> deadband,

        @Doc("Severity and delays by level name.") Map<String, Level> levels,
        @Doc("ISO 14224 failure mode code.") @Default("OTH") String failureMode,
        @Doc("What to check, in the ticket.") Optional<Guidance> guidance,

        @Doc("When an alarm asks for work; where the work order goes, a route in routes/sinks says.")
        Optional<WorkOrder> workOrder,

        @Doc("What acknowledging takes, and when the alarm is repeated, escalated or suppressed; see docs/alarms.md.")
        Optional<Alarm> alarm) {

    /** What a rule compares with its limits. */
    public enum Watch {
        THRESHOLD,
        ZONES,
        RATE,
        DEVIATION,
        AGGREGATE,
        ABSENCE,
        FLATLINE,
        EVENT_COUNT,
        METER,
        TREND,
        LEVEL_REORDER,
        CONDITION,
        /** Not in this version: a named error. */
        BASELINE,
        /** Not in this version: a named error. */
        NOVELTY
    }

    public enum Function {
        AVG,
        MIN,
        MAX,
        SUM,
        STDDEV,
        COUNT
    }

    public enum Window {
        SLIDING,
        TUMBLING
    }

    public enum Anchor {
        LAST_COMPLETED
    }

    public enum Support {
        RIGID,
        FLEXIBLE
    }

    public record Standard(
            @Doc("Velocity limits of ISO 10816-3:2009, in mm/s RMS.")
            Iso10816Part3 iso10816_3) {}

    public record Iso10816Part3(
            @Doc("1: above 300 kW; 2: 15 kW to 300 kW.") int group,

            @Doc("How the machine stands.") Support support) {}

    public record Predict(
            @Doc("Consumption is measured over this time.") Duration window,

            @Doc("From order to delivery.") Duration leadTime,

            @Doc("Kept in hand on top.") @Default("0s") Duration safety) {}

    public record PurchaseRequest(
            @Doc("Material number of the ERP.") String material,

            @Doc("How much: CEL over capacity, stock and reorder_at, in the unit of capacity.")
            @Default("capacity - stock")
            String quantity,

            @Doc("Lot size; the quantity is rounded down to it, so that it fits.")
            Optional<Quantity> roundTo) {}

    public enum Severity {
        INFO,
        MINOR,
        MAJOR,
        CRITICAL
    }

    public record Selector(
            @Doc("All assets of this class.") Optional<String> class_,
            @Doc("These assets, by id.") List<String> assets,

            @Doc("Assets whose path matches; * is one step, ** any number.")
            Optional<String> path) {}

    public record Level(
            @Doc("How bad it is; order and due time go by it.") @Default("minor")
            Severity severity,

            @Doc("The breach must last this long before the alarm is raised.") @Default("0s")
            Duration onDelay,

            @Doc("The return must last this long before the level is left.") @Default("0s")
            Duration offDelay) {}

    public record Guidance(
            @Doc("What to check first, one or two sentences.")
            String text,

            @Doc("Address of the instruction.") Optional<String> link) {}

    public record WorkOrder(
            @Doc("When: raised; for a meter due, or raised to have one at the warning already.") @Default("raised")
            String on,

            @Doc("Time to finish by level name, e.g. { C: 7d, D: 4h }; without it 4h, 24h, 7d or 30d by severity.")
            Map<String, Duration> due,

            @Doc("How long a finished order is under verification: the symptom back in this time is a repeat failure.")
            @Default("24h")
            Duration reopenWithin,

            @Doc("A repeat failure reopens the finished order, or a new order is linked to it (remote systems).")
            @Default("reopen")
            OnRepeat onRepeat,

            @Doc("Whether the hub may close an order that nobody touched, once its condition is over (remote systems).")
            @Default("false")
            boolean closeWhenCleared,

            @Doc("Levels at which the machine stands still: the order says so where the system has a field for it.")
            List<String> assetDown,

            @Doc(
                    "Spare parts the work needs, for routes that reserve them: hub:erp/<id>?document=material-reservation.")
            List<SparePart> parts) {

        public WorkOrder(String on, Map<String, Duration> due) {
            this(on, due, Duration.ofHours(24), OnRepeat.REOPEN, false, List.of(), List.of());
        }

        /** Whether an alarm raised to this level asks for a work order: with {@code on: due} a warning does not. */
        public boolean wantedAt(String level) {
            return !on.equals("due") || !level.equals("warning");
        }
    }

    public record SparePart(
            @Doc("Material number of the ERP.") String material,

            @Doc("How many, or how much with its unit: 2, \"0.5 L\".")
            Quantity quantity) {}

    public enum OnRepeat {
        REOPEN,
        LINK
    }

    /** How the alarm is handled once raised, in the terms of OPC 10000-9. */
    public record Alarm(
            @Doc("After the acknowledgement someone must also confirm what was done (ConfirmedState).")
            @Default("false")
            boolean confirm,

            @Doc("Once raised it stands until it has returned, was acknowledged, and was reset (LatchedState).")
            @Default("false")
            boolean latch,

            @Doc("Still active this long after the acknowledgement: unacknowledged again (ReAlarmTime).")
            Optional<Duration> realarm,

            @Doc(
                    "Nothing heard from the input for this long: an active alarm returns. Without it an alarm never clears by silence.")
            Optional<Duration> clearAfter,

            @Doc("Not told while another alarm is active or a condition holds (suppressed by design).")
            Optional<Suppress> suppress,

            @Doc("Whom to tell when nobody acts; replaces the escalation of the alarm policy.")
            List<Escalation> escalate) {}

    public record Suppress(
            @Doc("CEL over the asset's tags; suppressed while it is true. Unknown holds what was known last.")
            Optional<String> when,

            @Doc("Id of another rule; suppressed while that one is active.")
            Optional<String> rule,

            @Doc(
                    "What the assets of both must have in common: asset, line, area, site, enterprise, class or cmms.<key>. Default: [asset].")
            List<String> equal) {}

    /** One step of an escalation. */
    public record Escalation(
            @Doc("How long after the alarm was told.") Duration after,

            @Doc("The state that must still hold.") @Default("unacked")
            Unless if_,

            @Doc("Only these severities; without it all.") List<Severity> severity,

            @Doc("Whom it is for: header notify of the event, for routes.")
            String notify_) {}

    /** What an escalation still waits for. */
    public enum Unless {
        UNACKED,
        ACTIVE,
        /** No work order for the asset and failure mode is in progress. */
        NOT_IN_PROGRESS
    }
}
