package org.millrace.ticket;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.millrace.rule.AlarmEvent;

/** What the hub writes on an order after it was opened, in the maintenance team's language. Pure. */
public final class OrderNotes {
    private final Words words;

    public OrderNotes(Words words) {
        this.words = words;
    }

    /** Everything since the last comment in one: a worse severity, how often it came back, how far, how it is now. */
    public String progress(OrderRow row, long now) {
        OrderRow.Said said = row.told().said();
        OrderRow.Facts facts = row.facts();
        AlarmEvent last = facts.last();
        List<String> lines = new ArrayList<>();
        if (facts.severity().compareTo(said.severity()) > 0) {
            lines.add(words.say(
                    "note.worse", words.severity(facts.severity()), last.level().isEmpty() ? "–" : last.level()));
        }
        int fresh = facts.repeats() - said.repeats();
        if (fresh > 0) {
            lines.add(words.say("note.repeats", fresh, facts.repeats() + 1));
        }
        if (facts.active()) {
            lines.add(words.say("note.active", quantity(last.value(), last)));
        } else {
            String since = words.duration(Duration.of(Math.max(0, now - facts.changed()), ChronoUnit.MICROS));
            lines.add(words.say(
                    row.state() == OrderState.OPEN ? "note.cleared.untouched" : "note.cleared",
                    quantity(last.value(), last),
                    since));
        }
        lines.add(words.say(last.low() ? "note.lowest" : "note.highest", quantity(facts.peak(), last)));
        return String.join("\n", lines);
    }

    /** With an order that is opened again. */
    public String repeatFailure(OrderRow row) {
        AlarmEvent last = row.facts().last();
        return words.say("note.reopened", quantity(last.value(), last), quantity(last.limit(), last));
    }

    /** First line of an order that follows another. */
    public String repeatOf(String number) {
        return words.say("note.repeat.of", number);
    }

    /** With an order the hub closes itself. */
    public String closed() {
        return words.say("note.closed");
    }

    /** On an order that exists twice. */
    public String doubled(String kept) {
        return words.say("note.double", kept);
    }

    /** Where no picture can be attached. */
    public String trendLink(String link) {
        return words.say("line.trend", link);
    }

    private String quantity(double value, AlarmEvent event) {
        return Numbers.quantity(value, event.unit(), words.locale());
    }
}
