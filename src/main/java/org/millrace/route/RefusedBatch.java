package org.millrace.route;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.millrace.journal.Journal;
import org.millrace.signal.Sample;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.Value;

/** A batch that a route has given up: all of its samples rejected, one dead letter for each delivery in it. */
final class RefusedBatch {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private RefusedBatch() {}

    static JournalBatch.Outcome outcome(
            JournalBatch batch, Journal journal, String step, String reason, String detail) {
        Map<String, Long> bySource = new HashMap<>();
        List<Journal.DeadLetter> letters = new ArrayList<>();
        for (Journal.Entry.Samples entry : batch.entries()) {
            bySource.merge(entry.source(), (long) entry.batch().size(), Long::sum);
            letters.add(new Journal.DeadLetter(
                    entry.source(),
                    entry.hubTime(),
                    step,
                    reason,
                    detail,
                    batch.cursor() + ", entry " + entry.sequence() + ", "
                            + entry.batch().size() + " samples",
                    json(entry.batch(), journal)));
        }
        return new JournalBatch.Outcome(bySource, letters);
    }

    private static byte[] json(SampleBatch batch, Journal journal) {
        ArrayNode rows = JSON.createArrayNode();
        for (int i = 0; i < batch.size(); i++) {
            Sample sample = batch.sample(i);
            ObjectNode row = rows.addObject();
            row.put("tag", journal.tagPath(sample.tag())).put("time_us", sample.time());
            switch (sample.value()) {
                case Value.Real v -> row.put("value", v.value());
                case Value.Whole v -> row.put("value", v.value());
                case Value.Flag v -> row.put("value", v.value());
                case Value.Text v -> row.put("value", v.value());
                case Value.None v -> row.putNull("value");
            }
            row.put("quality", sample.quality());
        }
        return rows.toString().getBytes(StandardCharsets.UTF_8);
    }
}
