package org.millrace.runtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.millrace.historian.Historian;
import org.millrace.journal.Journal;

/**
 * What a historian's write refused, as the ledger and the dead letters want it.
 *
 * @param bySource samples by the source they came from
 * @param letters one for each sample, with its content
 */
public record Refused(Map<String, Long> bySource, List<Journal.DeadLetter> letters) {
    static final String STEP = "historian";

    /** @param cursor the journal cursor that brought the samples; its name is kept in the letter's step */
    public static Refused of(String cursor, Historian.Result result) {
        Map<String, Long> bySource = new HashMap<>();
        List<Journal.DeadLetter> letters = new ArrayList<>();
        for (Historian.Rejected one : result.rejected()) {
            bySource.merge(one.source(), 1L, Long::sum);
            letters.add(new Journal.DeadLetter(
                    one.source(),
                    one.hubTime(),
                    step(cursor),
                    one.reason(),
                    one.detail(),
                    one.tagPath(),
                    LetterJson.write(one.tagPath(), one.sample())));
        }
        return new Refused(bySource, letters);
    }

    private static String step(String cursor) {
        return cursor.equals(STEP) ? STEP : STEP + "/" + cursor;
    }

    /** The cursor behind a letter's step. */
    static String cursor(String step) {
        return step.equals(STEP) ? STEP : step.substring(STEP.length() + 1);
    }

    static boolean isStep(String step) {
        return step.equals(STEP) || step.startsWith(STEP + "/");
    }
}
