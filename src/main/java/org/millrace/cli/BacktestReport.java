package org.millrace.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.millrace.backtest.Backtest;
import org.millrace.backtest.BacktestTicket;
import org.millrace.backtest.Difference;
import org.millrace.kpi.AlarmRates;
import org.millrace.signal.Micros;
import org.millrace.ticket.Numbers;

/** The result of a back-test, for people and for programs. */
final class BacktestReport {
    private static final int MOST_SHOWN = 200;

    private final ZoneId zone;
    private final String configuration;

    BacktestReport(ZoneId zone, String configuration) {
        this.zone = zone;
        this.configuration = configuration;
    }

    String text(Backtest.Result result) {
        StringBuilder out = new StringBuilder();
        out.append(root(
                "%s to %s (%s), %,d values%n",
                TimeText.shown(result.from(), zone), TimeText.shown(result.to(), zone), zone, result.values()));
        for (Backtest.Outcome outcome : result.outcomes()) {
            out.append(
                    root("%n%s: %d tickets", outcome.name(), outcome.tickets().size()));
            out.append(outcome.alarmsOnly() == 0 ? "\n" : root(", and %d alarms without one%n", outcome.alarmsOnly()));
            out.append(tickets(outcome.tickets()));
        }
        if (result.outcomes().size() == 2) {
            difference(out, result);
        }
        out.append('\n').append(rates(result.outcomes()));
        return out.toString();
    }

    private String tickets(List<BacktestTicket> tickets) {
        if (tickets.isEmpty()) {
            return "";
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("RAISED", "LASTED", "SEVERITY", "LEVEL", "ASSET", "RULE", "PEAK", "INCIDENTS"));
        for (BacktestTicket t : tickets.subList(0, Math.min(MOST_SHOWN, tickets.size()))) {
            rows.add(List.of(
                    TimeText.shown(t.raised(), zone),
                    t.cleared().isPresent() ? TimeText.length(t.cleared().getAsLong() - t.since()) : "stands",
                    word(t.severity()),
                    t.level(),
                    t.asset(),
                    t.rule(),
                    peak(t),
                    Integer.toString(t.incidents())));
        }
        String more =
                tickets.size() > MOST_SHOWN ? "… and " + (tickets.size() - MOST_SHOWN) + " more; --json has all\n" : "";
        return Terminal.table(rows) + more;
    }

    private static String peak(BacktestTicket t) {
        return Double.isNaN(t.peak()) ? "" : Numbers.quantity(t.peak(), t.unit(), Locale.ENGLISH);
    }

    private void difference(StringBuilder out, Backtest.Result result) {
        Difference difference = result.difference();
        out.append(root(
                "%nDifference from %s to %s: %d only before, %d only after, %d changed, %d the same%n",
                result.outcomes().get(0).name(),
                result.outcomes().get(1).name(),
                difference.onlyOld().size(),
                difference.onlyNew().size(),
                difference.changed().size(),
                difference.same()));
        difference.onlyOld().forEach(t -> out.append("- ").append(line(t)).append('\n'));
        difference.onlyNew().forEach(t -> out.append("+ ").append(line(t)).append('\n'));
        for (Difference.Changed c : difference.changed()) {
            out.append("~ ").append(line(c.before())).append('\n').append("    ");
            if (c.later() != 0) {
                out.append(TimeText.length(Math.abs(c.later())))
                        .append(c.later() > 0 ? " later" : " earlier")
                        .append(c.severityChanged() ? ", " : "");
            }
            if (c.severityChanged()) {
                out.append(word(c.before().severity()))
                        .append(" becomes ")
                        .append(word(c.after().severity()));
            }
            out.append('\n');
        }
    }

    private String line(BacktestTicket t) {
        return TimeText.shown(t.raised(), zone) + "  " + word(t.severity()) + "  " + t.title();
    }

    private static String rates(List<Backtest.Outcome> outcomes) {
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("ALARM RATE"));
        for (int i = 0; i < outcomes.size(); i++) {
            head.add(outcomes.size() == 1 ? "value" : i == 0 ? "before" : "after");
        }
        head.add("target");
        rows.add(head);
        List<List<AlarmRates.Verdict>> verdicts =
                outcomes.stream().map(o -> o.rates().verdicts()).toList();
        for (int figure = 0; figure < verdicts.getFirst().size(); figure++) {
            List<String> row = new ArrayList<>();
            row.add(verdicts.getFirst().get(figure).figure());
            for (List<AlarmRates.Verdict> of : verdicts) {
                AlarmRates.Verdict verdict = of.get(figure);
                row.add(root("%.2f%s", verdict.value(), verdict.ok() ? "" : " !"));
            }
            row.add(verdicts.getFirst().get(figure).target());
            rows.add(row);
        }
        StringBuilder out = new StringBuilder(Terminal.table(rows));
        AlarmRates last = outcomes.getLast().rates();
        if (!last.topTen().isEmpty()) {
            List<List<String>> top = new ArrayList<>();
            top.add(List.of("MOST FREQUENT", "alarms"));
            last.topTen().forEach(actor -> top.add(List.of(actor.key(), Integer.toString(actor.annunciations()))));
            out.append('\n').append(Terminal.table(top));
        }
        return out.toString();
    }

    String json(Backtest.Result result) {
        JsonMapper mapper = JsonMapper.builder().build();
        ObjectNode root = mapper.createObjectNode()
                .put("from", Micros.iso(result.from()))
                .put("to", Micros.iso(result.to()))
                .put("configuration", configuration)
                .put("values", result.values());
        ArrayNode versions = root.putArray("versions");
        for (Backtest.Outcome outcome : result.outcomes()) {
            ObjectNode version = versions.addObject().put("rules", outcome.name());
            ArrayNode tickets = version.putArray("tickets");
            outcome.tickets().forEach(t -> put(tickets.addObject(), t));
            version.put("alarmsWithoutTicket", outcome.alarmsOnly());
            version.set("alarmRates", mapper.valueToTree(outcome.rates()));
        }
        if (result.outcomes().size() == 2) {
            Difference difference = result.difference();
            ObjectNode node = root.putObject("difference").put("same", difference.same());
            ArrayNode old = node.putArray("onlyBefore");
            difference.onlyOld().forEach(t -> put(old.addObject(), t));
            ArrayNode fresh = node.putArray("onlyAfter");
            difference.onlyNew().forEach(t -> put(fresh.addObject(), t));
            ArrayNode changed = node.putArray("changed");
            for (Difference.Changed c : difference.changed()) {
                ObjectNode one = changed.addObject().put("laterSeconds", c.later() / 1e6);
                put(one.putObject("before"), c.before());
                put(one.putObject("after"), c.after());
            }
        }
        try {
            return mapper.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }

    private static void put(ObjectNode node, BacktestTicket t) {
        node.put("key", t.key())
                .put("asset", t.asset())
                .put("rule", t.rule())
                .put("title", t.title())
                .put("severity", word(t.severity()))
                .put("level", t.level())
                .put("since", Micros.iso(t.since()))
                .put("raised", Micros.iso(t.raised()))
                .put("unit", t.unit())
                .put("incidents", t.incidents());
        if (t.cleared().isPresent()) {
            node.put("cleared", Micros.iso(t.cleared().getAsLong()));
        }
        if (!Double.isNaN(t.peak())) {
            node.put("peak", t.peak());
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** The same on every machine, whatever its language. */
    private static String root(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
