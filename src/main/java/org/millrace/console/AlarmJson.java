package org.millrace.console;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.millrace.alarm.AlarmBoard;
import org.millrace.alarm.AlarmMetrics;
import org.millrace.console.ConsoleData.Alarm;
import org.millrace.rule.AlarmEvent;

/** How alarms stand with people, in the shapes of the API. */
final class AlarmJson {
    private static final AlarmBoard.Entry NOTHING = new AlarmBoard.Entry(
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            List.of(),
            AlarmBoard.Shelving.NONE,
            AlarmBoard.Service.IN,
            "",
            "",
            0,
            false,
            false);

    private AlarmJson() {}

    /** Beside the process state: ISA-18.2 words, who silenced it, what can be done. */
    static Map<String, Object> handling(Alarm alarm) {
        AlarmEvent e = alarm.latest();
        Optional<AlarmBoard.Entry> entry = alarm.open() ? alarm.entry() : Optional.empty();
        Map<String, Object> shape = ConsoleJson.shape(
                "alarm",
                e.key().endsWith("/FLOOD") ? "" : e.rule() + "@" + e.asset(),
                "state",
                state(alarm),
                "silencedBy",
                words(entry.map(AlarmBoard.Entry::silences).orElse(e.handling().silencedBy())),
                "parent",
                entry.map(AlarmBoard.Entry::parent).orElse(e.handling().parent()),
                "group",
                entry.map(AlarmBoard.Entry::group).orElse(e.handling().group()),
                "firstInGroup",
                e.handling().firstInGroup(),
                "members",
                e.handling().members(),
                "who",
                e.handling().who(),
                "comment",
                e.handling().comment(),
                "confirmable",
                entry.map(AlarmBoard.Entry::confirmable).orElse(false),
                "resettable",
                entry.map(AlarmBoard.Entry::resettable).orElse(false));
        shape.putAll(details(entry.orElse(NOTHING)));
        return shape;
    }

    private static String state(Alarm alarm) {
        if (!alarm.open()) {
            return "over";
        }
        return (alarm.active() ? "active" : "returned")
                + (alarm.acknowledged() ? ", acknowledged" : ", unacknowledged");
    }

    private static List<String> words(List<AlarmEvent.Silence> silences) {
        return silences.stream()
                .map(silence -> silence.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    private static Map<String, Object> details(AlarmBoard.Entry entry) {
        return ConsoleJson.shape(
                "shelving",
                entry.shelving().kind().name().toLowerCase(Locale.ROOT),
                "shelvedUntil",
                ConsoleJson.time(entry.shelving().until()),
                "shelvedBy",
                entry.shelving().who(),
                "shelvedWhy",
                entry.shelving().reason(),
                "outOfService",
                entry.service().out(),
                "outOfServiceSince",
                ConsoleJson.time(entry.service().since()),
                "outOfServiceBy",
                entry.service().who(),
                "outOfServiceWhy",
                entry.service().reason(),
                "suppressedBy",
                entry.suppressedBy(),
                "mutedBy",
                entry.mutedBy(),
                "chatteringSince",
                ConsoleJson.time(entry.chatteringSince()));
    }

    static Map<String, Object> board(AlarmBoard board) {
        return ConsoleJson.shape(
                "items",
                board.alarms().values().stream()
                        .filter(entry -> !entry.silences().isEmpty() || entry.chatteringSince() != 0)
                        .map(AlarmJson::entry)
                        .toList(),
                "mutes",
                board.mutes().stream()
                        .map(mute -> ConsoleJson.shape(
                                "system",
                                mute.system(),
                                "order",
                                mute.order(),
                                "asset",
                                mute.asset(),
                                "failureMode",
                                mute.failureMode(),
                                "until",
                                ConsoleJson.time(mute.until()),
                                "who",
                                mute.who()))
                        .toList());
    }

    private static Map<String, Object> entry(AlarmBoard.Entry entry) {
        Map<String, Object> shape = ConsoleJson.shape(
                "alarm",
                entry.alarm(),
                "rule",
                entry.rule(),
                "asset",
                entry.asset(),
                "path",
                entry.assetPath(),
                "incident",
                entry.incident(),
                "silencedBy",
                words(entry.silences()));
        shape.putAll(details(entry));
        return shape;
    }

    static Map<String, Object> metrics(AlarmMetrics m) {
        Map<String, Object> silenced = new LinkedHashMap<>();
        m.silenced().forEach((silence, count) -> silenced.put(silence.name().toLowerCase(Locale.ROOT), count));
        return ConsoleJson.shape(
                "area",
                m.area(),
                "alarms",
                m.alarms(),
                "perTenMinutes",
                m.perTenMinutes(),
                "perDay",
                m.perDay(),
                "peakTenMinutes",
                m.peakTenMinutes(),
                "peakHour",
                m.peakHour(),
                "timeAboveTarget",
                m.timeAboveTarget(),
                "floods",
                m.floods(),
                "timeInFlood",
                m.timeInFlood(),
                "chattering",
                m.chattering(),
                "fleeting",
                m.fleeting(),
                "stale",
                m.stale(),
                "standing",
                m.standing(),
                "silenced",
                silenced,
                "priority",
                ConsoleJson.shape("high", m.high(), "medium", m.medium(), "low", m.low()),
                "top",
                m.top().stream()
                        .map(a -> ConsoleJson.shape("alarm", a.alarm(), "title", a.title(), "count", a.count()))
                        .toList(),
                "topShare",
                m.topShare());
    }
}
