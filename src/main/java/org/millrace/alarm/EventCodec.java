package org.millrace.alarm;

import static org.millrace.rule.StateCodec.text;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.AlarmEvent.Handling;
import org.millrace.rule.AlarmEvent.Silence;
import org.millrace.rule.RuleFile.Severity;

/** Events within state rows. */
final class EventCodec {
    private EventCodec() {}

    static void optional(DataOutputStream out, @Nullable AlarmEvent event) throws IOException {
        out.writeBoolean(event != null);
        if (event != null) {
            write(out, event);
        }
    }

    static @Nullable AlarmEvent optional(DataInputStream in) throws IOException {
        return in.readBoolean() ? read(in) : null;
    }

    private static void write(DataOutputStream out, AlarmEvent e) throws IOException {
        for (String text : List.of(
                e.incident(),
                e.key(),
                e.rule(),
                e.title(),
                e.asset(),
                e.assetName(),
                e.assetPath(),
                e.failureMode(),
                e.tag(),
                e.level(),
                e.unit())) {
            text(out, text);
        }
        out.writeInt(e.step());
        text(out, e.type().name());
        out.writeLong(e.time());
        out.writeLong(e.hubTime());
        out.writeLong(e.since());
        text(out, e.severity().name());
        out.writeDouble(e.value());
        out.writeDouble(e.peak());
        out.writeDouble(e.limit());
        out.writeBoolean(e.low());
        out.writeInt(e.inputs().size());
        for (Map.Entry<String, String> input : e.inputs().entrySet()) {
            text(out, input.getKey());
            text(out, input.getValue());
        }
        Handling h = e.handling();
        text(out, h.who());
        text(out, h.comment());
        out.writeBoolean(h.announced());
        out.writeByte(h.silencedBy().size());
        for (Silence silence : h.silencedBy()) {
            text(out, silence.name());
        }
        text(out, h.parent());
        text(out, h.group());
        out.writeBoolean(h.firstInGroup());
        text(out, h.recipient());
        out.writeInt(h.members());
    }

    private static AlarmEvent read(DataInputStream in) throws IOException {
        String incident = text(in);
        String key = text(in);
        String rule = text(in);
        String title = text(in);
        String asset = text(in);
        String assetName = text(in);
        String assetPath = text(in);
        String failureMode = text(in);
        String tag = text(in);
        String level = text(in);
        String unit = text(in);
        int step = in.readInt();
        AlarmEvent.Type type = AlarmEvent.Type.valueOf(text(in));
        long time = in.readLong();
        long hubTime = in.readLong();
        long since = in.readLong();
        Severity severity = Severity.valueOf(text(in));
        double value = in.readDouble();
        double peak = in.readDouble();
        double limit = in.readDouble();
        boolean low = in.readBoolean();
        Map<String, String> inputs = new LinkedHashMap<>();
        for (int n = in.readInt(); n > 0; n--) {
            inputs.put(text(in), text(in));
        }
        return new AlarmEvent(
                incident + "." + step,
                incident,
                key,
                step,
                type,
                rule,
                title,
                asset,
                assetName,
                assetPath,
                failureMode,
                tag,
                time,
                hubTime,
                since,
                level,
                severity,
                value,
                peak,
                limit,
                low,
                unit,
                Collections.unmodifiableMap(inputs),
                handling(in));
    }

    private static Handling handling(DataInputStream in) throws IOException {
        String who = text(in);
        String comment = text(in);
        boolean announced = in.readBoolean();
        List<Silence> silences = new ArrayList<>();
        for (int n = in.readByte(); n > 0; n--) {
            silences.add(Silence.valueOf(text(in)));
        }
        return new Handling(
                who, comment, announced, silences, text(in), text(in), in.readBoolean(), text(in), in.readInt());
    }
}
