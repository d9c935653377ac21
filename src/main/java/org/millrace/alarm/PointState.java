package org.millrace.alarm;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millrace.alarm.AlarmBoard.Service;
import org.millrace.alarm.AlarmBoard.Shelving;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.AlarmEvent.Silence;
import org.millrace.rule.ConditionMonitor;

/** Where one alarm stands with people. Mutable; its owner's thread only. Times are hub time, µs. */
final class PointState {
    final AlarmPoint point;
    final @Nullable ConditionMonitor monitor;

    Shelving shelving = Shelving.NONE;
    Service service = Service.IN;

    /** Empty when there is none open. */
    String incident = "";

    int step;
    /** At a level, as the rule says. */
    boolean active;

    boolean acked;
    boolean confirmed;
    /** Someone was told of this incident. */
    boolean told;

    long toldAt;
    long raisedAt;

    @Nullable
    AlarmEvent last;
    /** Raised and nobody told. */
    @Nullable
    AlarmEvent owed;

    List<Silence> silences = List.of();
    String parent = "";
    boolean grouped;
    boolean first;
    boolean inFlood;
    /** Told at the earliest then; 0 = at once. */
    long waitUntil;
    /** 0 = never. */
    long realarmAt;
    /** Bit i: step i of the escalation has been told. */
    int escalated;

    /** Event times of its last returns, as far as they count for chatter. */
    final Deque<Long> returns = new ArrayDeque<>();

    long chatterSince;
    long chatterUntil;

    boolean dirty;

    PointState(AlarmPoint point) {
        this.point = point;
        this.monitor = point.suppressWhen().map(ConditionMonitor::new).orElse(null);
    }

    boolean isOpen() {
        return !incident.isEmpty();
    }

    /** Something of it may end by itself. */
    boolean awake() {
        return isOpen() || shelving.isOn() || chatterSince != 0;
    }

    /** Another incident begins. */
    void begin(String id) {
        incident = id;
        step = 0;
        confirmed = false;
        told = false;
        toldAt = 0;
        last = null;
        owed = null;
        silences = List.of();
        parent = "";
        grouped = false;
        first = false;
        inFlood = false;
        waitUntil = 0;
        realarmAt = 0;
        escalated = 0;
    }

    /** The incident is over. */
    void end() {
        begin("");
        active = false;
        acked = false;
    }
}
