package org.millrace.alarm;

import static org.millrace.rule.StateCodec.text;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.millrace.alarm.AlarmBoard.Kind;
import org.millrace.alarm.AlarmBoard.Mute;
import org.millrace.alarm.AlarmBoard.Service;
import org.millrace.alarm.AlarmBoard.Shelving;
import org.millrace.alarm.Floods.Flood;
import org.millrace.rule.AlarmEvent.Silence;
import org.millrace.rule.ConditionMonitor;
import org.millrace.rule.RuleFile.Severity;

/** The stored form: one row an alarm, one a flood's area, one each for groups and mutes. Big-endian; version 1, mutes 2. */
final class AlarmRows {
    static final String PREFIX = "alarm:";

    private static final int VERSION = 1;
    /** Version 1 had no system. */
    private static final int MUTES_VERSION = 2;

    private static final String POINT = PREFIX + "point:";
    private static final String FLOOD = PREFIX + "flood:";
    private static final String GROUPS = PREFIX + "groups";
    private static final String MUTES = PREFIX + "mutes";

    private interface Body {
        void write(DataOutputStream out) throws IOException;
    }

    private AlarmRows() {}

    static void takeChanged(Annunciator a, Map<String, byte[]> changed) {
        for (PointState p : a.points) {
            if (p.dirty) {
                p.dirty = false;
                changed.put(POINT + p.point.key(), row(VERSION, out -> point(out, p)));
            }
        }
        for (Flood flood : a.floods.floods.values()) {
            if (flood.dirty) {
                flood.dirty = false;
                changed.put(FLOOD + flood.area, row(VERSION, out -> flood(out, flood)));
            }
        }
        if (a.groups.dirty) {
            a.groups.dirty = false;
            changed.put(GROUPS, row(VERSION, out -> groups(out, a.groups)));
        }
        if (a.mutesDirty) {
            a.mutesDirty = false;
            changed.put(MUTES, row(MUTES_VERSION, out -> mutes(out, a.mutes)));
        }
    }

    /** Gives the names of rows that nothing has any more. */
    static Set<String> restore(Annunciator a, Map<String, byte[]> rows) {
        Set<String> unknown = new LinkedHashSet<>();
        rows.forEach((name, row) -> {
            try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(row))) {
                int version = in.readByte();
                int newest = name.equals(MUTES) ? MUTES_VERSION : VERSION;
                if (version < 1 || version > newest) {
                    throw new IllegalArgumentException("row " + name + " has version " + version + ", this hub reads "
                            + newest + ": start the hub that wrote it, or remove the row");
                }
                if (!read(a, name, version, in)) {
                    unknown.add(name);
                }
            } catch (IOException | ArrayIndexOutOfBoundsException | NegativeArraySizeException e) {
                throw new IllegalArgumentException(
                        "row " + name + " is damaged: restore a backup, or remove the row", e);
            }
        });
        return unknown;
    }

    private static boolean read(Annunciator a, String name, int version, DataInputStream in) throws IOException {
        if (name.equals(GROUPS)) {
            for (int n = in.readInt(); n > 0; n--) {
                String key = text(in);
                a.groups.groups.put(key, new Groups.Group(text(in), in.readBoolean(), in.readLong()));
            }
            return true;
        }
        if (name.equals(MUTES)) {
            for (int n = in.readInt(); n > 0; n--) {
                String system = version < MUTES_VERSION ? "" : text(in);
                a.mutes.add(new Mute(system, text(in), text(in), text(in), in.readLong(), text(in)));
            }
            return true;
        }
        if (name.startsWith(FLOOD)) {
            flood(in, a.floods.of(name.substring(FLOOD.length())));
            return true;
        }
        PointState p = name.startsWith(POINT) ? a.byKey.get(name.substring(POINT.length())) : null;
        if (p == null) {
            return false;
        }
        point(in, p);
        return true;
    }

    private static byte[] row(int version, Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(version);
            body.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a byte array does not fail
        }
        return bytes.toByteArray();
    }

    private static void point(DataOutputStream out, PointState p) throws IOException {
        out.writeByte(p.shelving.kind().ordinal());
        out.writeLong(p.shelving.since());
        out.writeLong(p.shelving.until());
        text(out, p.shelving.who());
        text(out, p.shelving.reason());
        out.writeBoolean(p.service.out());
        out.writeLong(p.service.since());
        text(out, p.service.who());
        text(out, p.service.reason());
        text(out, p.incident);
        out.writeInt(p.step);
        out.writeBoolean(p.active);
        out.writeBoolean(p.acked);
        out.writeBoolean(p.confirmed);
        out.writeBoolean(p.told);
        out.writeLong(p.toldAt);
        out.writeLong(p.raisedAt);
        EventCodec.optional(out, p.last);
        EventCodec.optional(out, p.owed);
        out.writeByte(p.silences.size());
        for (Silence silence : p.silences) {
            out.writeByte(silence.ordinal());
        }
        text(out, p.parent);
        out.writeBoolean(p.grouped);
        out.writeBoolean(p.first);
        out.writeBoolean(p.inFlood);
        out.writeLong(p.waitUntil);
        out.writeLong(p.realarmAt);
        out.writeInt(p.escalated);
        times(out, p.returns);
        out.writeLong(p.chatterSince);
        out.writeLong(p.chatterUntil);
        ConditionMonitor monitor = p.monitor;
        text(out, monitor == null ? "" : monitor.text());
        if (monitor != null) {
            out.writeBoolean(monitor.holds());
            out.writeInt(monitor.kept().size());
            for (ConditionMonitor.Kept kept : monitor.kept()) {
                text(out, kept.tag());
                out.writeLong(kept.time());
                out.writeByte(kept.kind());
                out.writeLong(kept.bits());
                text(out, kept.text());
                out.writeInt(kept.quality());
            }
        }
    }

    private static void point(DataInputStream in, PointState p) throws IOException {
        p.shelving = new Shelving(Kind.values()[in.readByte()], in.readLong(), in.readLong(), text(in), text(in));
        p.service = new Service(in.readBoolean(), in.readLong(), text(in), text(in));
        p.incident = text(in);
        p.step = in.readInt();
        p.active = in.readBoolean();
        p.acked = in.readBoolean();
        p.confirmed = in.readBoolean();
        p.told = in.readBoolean();
        p.toldAt = in.readLong();
        p.raisedAt = in.readLong();
        p.last = EventCodec.optional(in);
        p.owed = EventCodec.optional(in);
        List<Silence> silences = new ArrayList<>();
        for (int n = in.readByte(); n > 0; n--) {
            silences.add(Silence.values()[in.readByte()]);
        }
        p.silences = List.copyOf(silences);
        p.parent = text(in);
        p.grouped = in.readBoolean();
        p.first = in.readBoolean();
        p.inFlood = in.readBoolean();
        p.waitUntil = in.readLong();
        p.realarmAt = in.readLong();
        p.escalated = in.readInt();
        times(in, p.returns);
        p.chatterSince = in.readLong();
        p.chatterUntil = in.readLong();
        String condition = text(in);
        if (condition.isEmpty()) {
            return;
        }
        boolean held = in.readBoolean();
        List<ConditionMonitor.Kept> kept = new ArrayList<>();
        for (int n = in.readInt(); n > 0; n--) {
            kept.add(new ConditionMonitor.Kept(
                    text(in), in.readLong(), in.readByte(), in.readLong(), text(in), in.readInt()));
        }
        if (p.monitor != null) {
            p.monitor.restore(held && p.monitor.text().equals(condition), kept);
        }
    }

    private static void times(DataOutputStream out, Collection<Long> times) throws IOException {
        out.writeInt(times.size());
        for (long time : times) {
            out.writeLong(time);
        }
    }

    private static void times(DataInputStream in, Collection<Long> times) throws IOException {
        times.clear();
        for (int n = in.readInt(); n > 0; n--) {
            times.add(in.readLong());
        }
    }

    private static void flood(DataOutputStream out, Flood flood) throws IOException {
        times(out, flood.times);
        out.writeBoolean(flood.on);
        text(out, flood.incident);
        out.writeInt(flood.step);
        out.writeInt(flood.members);
        out.writeInt(flood.summarised);
        out.writeBoolean(flood.acked);
        out.writeBoolean(flood.returned);
        out.writeByte(flood.worst.ordinal());
        EventCodec.optional(out, flood.last);
    }

    private static void flood(DataInputStream in, Flood flood) throws IOException {
        times(in, flood.times);
        flood.on = in.readBoolean();
        flood.incident = text(in);
        flood.step = in.readInt();
        flood.members = in.readInt();
        flood.summarised = in.readInt();
        flood.acked = in.readBoolean();
        flood.returned = in.readBoolean();
        flood.worst = Severity.values()[in.readByte()];
        flood.last = EventCodec.optional(in);
    }

    private static void groups(DataOutputStream out, Groups groups) throws IOException {
        out.writeInt(groups.groups.size());
        for (Map.Entry<String, Groups.Group> group : groups.groups.entrySet()) {
            text(out, group.getKey());
            text(out, group.getValue().first());
            out.writeBoolean(group.getValue().told());
            out.writeLong(group.getValue().release());
        }
    }

    private static void mutes(DataOutputStream out, Collection<Mute> mutes) throws IOException {
        out.writeInt(mutes.size());
        for (Mute mute : mutes) {
            text(out, mute.system());
            text(out, mute.order());
            text(out, mute.asset());
            text(out, mute.failureMode());
            out.writeLong(mute.until());
            text(out, mute.who());
        }
    }
}
