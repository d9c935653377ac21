package org.millrace.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millrace.config.Problem;
import org.millrace.console.ConsoleData.Alarm;
import org.millrace.console.ConsoleData.AssetView;
import org.millrace.console.ConsoleData.TagValue;
import org.millrace.console.ConsoleData.TagView;
import org.millrace.console.ConsoleData.WorkOrder;
import org.millrace.journal.Journal;
import org.millrace.journal.Ledger;
import org.millrace.rule.AlarmEvent;
import org.millrace.signal.Micros;
import org.millrace.signal.Quality;
import org.millrace.signal.Value;
import org.millrace.source.SourceStatus;
import org.millrace.ticket.UnitText;

/**
 * The API's shapes, as {@code openapi.yaml} gives them. Times are ISO 8601 in UTC to the microsecond, absent when there
 * are none; a number that is not one is {@code null}.
 */
final class ConsoleJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int RAW_LIMIT = 2_000;

    private ConsoleJson() {}

    static String write(Object shape) {
        try {
            return MAPPER.writeValueAsString(shape);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + shape.getClass(), e);
        }
    }

    static Map<String, Object> shape(Object... pairs) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1] instanceof Double d ? number(d) : pairs[i + 1]);
        }
        @SuppressWarnings("NullAway") // null is JSON's word for "no number"; the map is only ever written out
        Map<String, Object> shape = map;
        return shape;
    }

    private static @Nullable Double number(double value) {
        return Double.isFinite(value) ? value : null;
    }

    static String time(long micros) {
        return micros <= 0 ? "" : Micros.iso(micros);
    }

    static Map<String, Object> info(ConsoleData.Info info, long now) {
        return shape(
                "name",
                info.name(),
                "version",
                info.version(),
                "configuration",
                info.configuration(),
                "home",
                info.home(),
                "zone",
                info.zone(),
                "started",
                time(info.started()),
                "now",
                time(now),
                "uptimeSeconds",
                Math.max(0, now - info.started()) / 1_000_000);
    }

    static Map<String, Object> asset(AssetView asset, Map<String, TagValue> values) {
        return shape(
                "id",
                asset.id(),
                "name",
                asset.name(),
                "path",
                asset.path(),
                "type",
                asset.type(),
                "criticality",
                asset.criticality().name(),
                "tags",
                asset.tags().stream().map(tag -> tag(asset, tag, values)).toList());
    }

    static Map<String, Object> tag(AssetView asset, TagView tag, Map<String, TagValue> values) {
        TagValue value = values.get(tag.path());
        return shape(
                "path",
                tag.path(),
                "name",
                tag.name(),
                "asset",
                asset.id(),
                "unit",
                tag.unit(),
                "unitLabel",
                UnitText.of(tag.unit()),
                "source",
                tag.source(),
                "states",
                tag.states(),
                "last",
                value == null ? value(never(tag.path())) : value(value));
    }

    static TagValue never(String tag) {
        return new TagValue(tag, Value.NONE, "", Quality.UNCERTAIN, 0, 0, true);
    }

    static Map<String, Object> value(TagValue v) {
        return shape(
                "tag",
                v.tag(),
                "value",
                plain(v.value()),
                "text",
                v.text(),
                "quality",
                Quality.severity(v.quality()),
                "status",
                v.hubTime() == 0 ? "no value yet" : StatusNames.of(v.quality()),
                "code",
                v.quality() & 0xFFFFFFFFL,
                "time",
                time(v.sourceTime()),
                "hubTime",
                time(v.hubTime()),
                "stale",
                v.stale());
    }

    private static Object plain(Value value) {
        return switch (value) {
            case Value.Real v -> v.value();
            case Value.Whole v -> v.value();
            case Value.Flag v -> v.value();
            case Value.Text v -> v.value();
            case Value.None v -> Double.NaN; // becomes null
        };
    }

    static Map<String, Object> series(ConsoleData.SeriesQuery query, ConsoleData.Series series) {
        List<@Nullable Double> values = new ArrayList<>(series.values().length);
        for (int i = 0; i < series.values().length; i++) {
            values.add(Quality.isBad(series.qualities()[i]) ? null : number(series.values()[i]));
        }
        return shape(
                "tag",
                series.tag(),
                "unit",
                series.unit(),
                "unitLabel",
                UnitText.of(series.unit()),
                "from",
                time(query.from()),
                "to",
                time(query.to()),
                "mode",
                query.mode().name().toLowerCase(Locale.ROOT),
                "resolution",
                series.resolution(),
                "count",
                series.count(),
                "percentGood",
                series.percentGood(),
                "times",
                series.times(),
                "values",
                values,
                "qualities",
                series.qualities());
    }

    static Map<String, Object> source(SourceStatus s) {
        return shape(
                "id",
                s.id(),
                "kind",
                s.kind(),
                "up",
                s.up(),
                "detail",
                s.detail(),
                "received",
                s.received(),
                "lastData",
                time(s.lastData()),
                "reconnects",
                s.reconnects());
    }

    static Map<String, Object> route(ConsoleData.RouteView r) {
        return shape(
                "id", r.id(), "state", r.state(), "from", r.from(), "completed", r.completed(), "failed", r.failed());
    }

    static Map<String, Object> ledger(Ledger ledger) {
        Map<String, Object> sources = new LinkedHashMap<>();
        ledger.sources()
                .forEach((id, a) -> sources.put(
                        id,
                        shape(
                                "received",
                                a.received(),
                                "accepted",
                                a.accepted(),
                                "filtered",
                                a.filtered(),
                                "filteredTotal",
                                a.filteredTotal(),
                                "rejected",
                                a.rejected(),
                                "replayed",
                                a.replayed(),
                                "balanced",
                                a.balanced())));
        Map<String, Object> sinks = new LinkedHashMap<>();
        ledger.sinks()
                .forEach((id, a) -> sinks.put(
                        id,
                        shape(
                                "accepted",
                                a.accepted(),
                                "stored",
                                a.stored(),
                                "queued",
                                a.queued(),
                                "rejected",
                                a.rejected(),
                                "expired",
                                a.expired(),
                                "replayed",
                                a.replayed(),
                                "balanced",
                                a.balanced())));
        return shape("balanced", ledger.balanced(), "total", total(ledger), "sources", sources, "sinks", sinks);
    }

    /** One line over the whole hub; "stored" is what the historian has. */
    private static Map<String, Object> total(Ledger ledger) {
        long received = 0;
        long filtered = 0;
        long rejected = 0;
        for (Ledger.SourceAccount account : ledger.sources().values()) {
            received += account.received();
            filtered += account.filteredTotal();
            rejected += account.rejected();
        }
        Ledger.SinkAccount none = new Ledger.SinkAccount(0, 0, 0, 0, 0);
        Ledger.SinkAccount first = ledger.sinks().values().stream().findFirst().orElse(none);
        Ledger.SinkAccount sink = ledger.sinks().getOrDefault("historian", first);
        return shape(
                "received",
                received,
                "stored",
                sink.stored(),
                "queued",
                sink.queued(),
                "filtered",
                filtered,
                "rejected",
                rejected + sink.rejected(),
                "expired",
                sink.expired());
    }

    static Map<String, Object> alarm(Alarm alarm, long now) {
        AlarmEvent e = alarm.latest();
        return shape(
                "incident",
                e.incident(),
                "key",
                e.key(),
                "title",
                e.title(),
                "rule",
                e.rule(),
                "asset",
                e.asset(),
                "assetName",
                e.assetName(),
                "path",
                e.assetPath(),
                "tag",
                e.tag(),
                "failureMode",
                e.failureMode(),
                "level",
                e.level(),
                "severity",
                e.severity().name().toLowerCase(Locale.ROOT),
                "type",
                e.type().name(),
                "active",
                alarm.active(),
                "acknowledged",
                alarm.acknowledged(),
                "open",
                alarm.open(),
                "since",
                time(e.since()),
                "updated",
                time(e.time()),
                "seconds",
                seconds(alarm, now),
                "value",
                e.value(),
                "peak",
                e.peak(),
                "limit",
                e.limit(),
                "low",
                e.low(),
                "unit",
                e.unit(),
                "unitLabel",
                UnitText.of(e.unit()),
                "inputs",
                e.inputs(),
                "workOrder",
                alarm.workOrder(),
                "handling",
                AlarmJson.handling(alarm));
    }

    /** Event time up to the last step, hub time from there on: right also for data that carries an old clock. */
    private static long seconds(Alarm alarm, long now) {
        long running = alarm.active() ? Math.max(0, now - alarm.latest().hubTime()) : 0;
        return (alarm.held() + running) / 1_000_000;
    }

    static Map<String, Object> order(WorkOrder o) {
        return shape(
                "number",
                o.number(),
                "incident",
                o.incident(),
                "key",
                o.key(),
                "title",
                o.title(),
                "asset",
                o.asset(),
                "assetName",
                o.assetName(),
                "rule",
                o.rule(),
                "severity",
                o.severity().toLowerCase(Locale.ROOT),
                "state",
                o.state(),
                "nextStates",
                o.nextStates(),
                "open",
                o.open(),
                "system",
                o.system(),
                "created",
                time(o.created()),
                "updated",
                time(o.updated()),
                "due",
                time(o.due()),
                "link",
                o.link());
    }

    static Map<String, Object> orderDetail(ConsoleData.WorkOrderDetail detail) {
        Map<String, Object> shape = order(detail.order());
        shape.put("text", detail.text());
        shape.put("hasTrend", !detail.trendSvg().isEmpty());
        shape.put(
                "notes",
                detail.notes().stream()
                        .map(n -> shape("time", time(n.time()), "user", n.user(), "text", n.text()))
                        .toList());
        return shape;
    }

    static Map<String, Object> deadLetter(Journal.StoredDeadLetter stored) {
        Journal.DeadLetter d = stored.letter();
        int length = Math.min(d.raw().length, RAW_LIMIT);
        return shape(
                "id",
                stored.id(),
                "source",
                d.source(),
                "time",
                time(d.hubTime()),
                "step",
                d.step(),
                "reason",
                d.reason(),
                "detail",
                d.detail(),
                "context",
                d.context(),
                "bytes",
                d.raw().length,
                "raw",
                new String(d.raw(), 0, length, StandardCharsets.UTF_8),
                "configuration",
                stored.configuration(),
                "state",
                stored.state().name().toLowerCase(Locale.ROOT),
                "stateTime",
                time(stored.stateTime()),
                "stateDetail",
                stored.stateDetail());
    }

    /** One letter with all of its bytes. */
    static Map<String, Object> deadLetterDetail(Journal.StoredDeadLetter stored) {
        Map<String, Object> shape = deadLetter(stored);
        shape.put("base64", Base64.getEncoder().encodeToString(stored.letter().raw()));
        return shape;
    }

    static Map<String, Object> replayed(ConsoleData.Replayed r) {
        return shape(
                "id",
                r.id(),
                "state",
                r.state(),
                "detail",
                r.detail(),
                "accepted",
                r.accepted(),
                "filtered",
                r.filtered(),
                "rejected",
                r.rejected());
    }

    static Map<String, Object> sink(ConsoleData.SinkView s, long now) {
        return shape(
                "name",
                s.name(),
                "kind",
                s.kind(),
                "route",
                s.route(),
                "up",
                s.up(),
                "since",
                time(s.since()),
                "failures",
                s.failures(),
                "lastError",
                s.lastError(),
                "nextTry",
                time(s.nextTry()),
                "lagEntries",
                s.lagEntries(),
                "lagSamples",
                s.lagSamples(),
                "oldest",
                time(s.oldest()),
                "oldestSeconds",
                s.oldest() == 0 ? 0 : Math.max(0, now - s.oldest()) / 1_000_000);
    }

    static Map<String, Object> clock(ConsoleData.DeviceClock c) {
        return shape(
                "source",
                c.source(),
                "device",
                c.device(),
                "skewSeconds",
                c.skew() / 1e6,
                "minutes",
                c.minutes(),
                "lastSeen",
                time(c.lastSeen()));
    }

    static Map<String, Object> unmapped(ConsoleData.Unmapped u) {
        return shape(
                "source",
                u.source(),
                "device",
                u.device(),
                "field",
                u.field(),
                "count",
                u.count(),
                "firstSeen",
                time(u.firstSeen()),
                "lastSeen",
                time(u.lastSeen()),
                "example",
                u.example());
    }

    static Map<String, Object> configuration(ConsoleData.ConfigurationView view) {
        return shape(
                "version",
                view.version(),
                "since",
                time(view.since()),
                "state",
                view.state(),
                "tried",
                view.tried(),
                "user",
                view.user(),
                "time",
                time(view.time()),
                "detail",
                view.detail(),
                "changes",
                view.changes(),
                "problems",
                view.problems().stream().map(ConsoleJson::problem).toList());
    }

    private static Map<String, Object> problem(Problem problem) {
        return shape(
                "severity",
                problem.severity().name().toLowerCase(Locale.ROOT),
                "file",
                problem.file(),
                "line",
                problem.line(),
                "column",
                problem.column(),
                "message",
                problem.message(),
                "hint",
                problem.hint());
    }

    static Map<String, Object> error(String error, String hint) {
        return shape("error", error, "hint", hint);
    }
}
