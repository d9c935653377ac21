package org.millrace.why;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.millrace.historian.HistoryReader;
import org.millrace.plant.Tag;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;
import org.millrace.ticket.Numbers;
import org.millrace.why.Explanation.Outcome;
import org.millrace.why.Explanation.Step;

/** One stored sample as the two steps that made it: the reading of a device, and the value of the tag. */
final class Readings {
    private Readings() {}

    /** The last stored sample up to a time; empty when there is none. */
    static SampleBatch lastUpTo(HistoryReader reader, Tag tag, long time) throws SQLException {
        Integer id = reader.tagIds(List.of(tag.path())).get(tag.path());
        return id == null ? SampleBatch.empty() : reader.lastBefore(List.of(id), time + 1);
    }

    static List<Step> steps(Tag tag, SampleBatch batch, int i, String configuration) {
        Map<String, String> from = new LinkedHashMap<>();
        from.put("source", tag.origin().source());
        if (!tag.origin().device().isEmpty()) {
            from.put("device", tag.origin().device());
        }
        from.put("field", tag.origin().field());
        double value = batch.number(i);
        boolean converted = tag.factor() != 1 || tag.offset() != 0;
        if (converted && Double.isFinite(value)) {
            from.put("as sent", Numbers.text((value - tag.offset()) / tag.factor(), Locale.ENGLISH));
        }
        Map<String, String> as = new LinkedHashMap<>();
        as.put("tag", tag.path());
        as.put("quality", "%s (0x%08X)".formatted(Quality.severity(batch.quality(i)), batch.quality(i)));
        if (converted) {
            as.put(
                    "conversion",
                    "sent × " + tag.factor() + (tag.offset() < 0 ? " − " : " + ") + Math.abs(tag.offset()));
        }
        boolean good = Quality.isGood(batch.quality(i));
        return List.of(
                new Step(
                        "reading",
                        Outcome.OK,
                        batch.time(i),
                        "received from " + tag.origin().source(),
                        configuration,
                        from),
                new Step(
                        "tag",
                        good ? Outcome.OK : Outcome.STOPPED,
                        batch.time(i),
                        shown(tag, batch, i) + (good ? "" : ", quality " + Quality.severity(batch.quality(i))),
                        configuration,
                        as));
    }

    static String shown(Tag tag, SampleBatch batch, int i) {
        return switch (batch.kind(i)) {
            case NONE -> "no value";
            case TEXT -> batch.text(i);
            case REAL, WHOLE, FLAG -> {
                String state = tag.states().get(Long.toString((long) batch.number(i)));
                yield state != null ? state : Numbers.quantity(batch.number(i), tag.unit(), Locale.ENGLISH);
            }
        };
    }
}
