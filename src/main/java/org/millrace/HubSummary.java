package org.millrace;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.millrace.journal.Ledger;
import org.millrace.signal.Micros;
import org.millrace.source.SourceStatus;
import org.millrace.store.Alarms;

/**
 * What a hub came to, in the shape of the demo's last line.
 *
 * @param ok all sources up and heard, the ledger balanced, rows stored, and no two open orders about one thing
 */
public record HubSummary(
        boolean ok,
        long seconds,
        Map<String, SourceLine> sources,
        LedgerLine ledger,
        HistorianLine historian,
        AlarmsLine alarms,
        List<OrderLine> workOrders,
        String console) {

    public record SourceLine(String kind, long received, boolean up) {}

    public record LedgerLine(
            long received, long stored, long queued, long filtered, long rejected, long expired, boolean balanced) {}

    public record HistorianLine(long rows, long tags) {}

    public record AlarmsLine(long raised, long cleared) {}

    public record OrderLine(
            String key, String asset, String rule, String system, String state, String severity, String created) {}

    /** The same with another verdict, for callers that know what more must be true. */
    public HubSummary withOk(boolean verdict) {
        return new HubSummary(verdict, seconds, sources, ledger, historian, alarms, workOrders, console);
    }

    static HubSummary of(Hub hub, long seconds) {
        Ledger account = hub.journal().ledger();
        Map<String, SourceLine> sources = new LinkedHashMap<>();
        for (SourceStatus status : hub.sources().stream().map(s -> s.status()).toList()) {
            long received = account.sources().containsKey(status.id())
                    ? account.sources().get(status.id()).received()
                    : 0;
            sources.put(status.id(), new SourceLine(status.kind(), received, status.up()));
        }
        LedgerLine ledger = ledger(account);
        HistorianLine historian = historian(hub);
        List<OrderLine> orders = hub.desk().list(10_000).stream()
                .map(order -> new OrderLine(
                        order.key(),
                        order.asset(),
                        order.rule(),
                        "desk",
                        order.state().code(),
                        order.severity().name().toLowerCase(Locale.ROOT),
                        Micros.iso(order.created())))
                .toList();
        boolean oneEach = orders.stream()
                .filter(order -> order.state().equals("open") || order.state().equals("in_progress"))
                .collect(Collectors.groupingBy(OrderLine::key, Collectors.counting()))
                .values()
                .stream()
                .allMatch(count -> count == 1);
        boolean ok = !sources.isEmpty()
                && sources.values().stream().allMatch(source -> source.up() && source.received() > 0)
                && ledger.balanced()
                && historian.rows() > 0
                && oneEach;
        return new HubSummary(ok, seconds, sources, ledger, historian, alarms(hub), orders, hub.url());
    }

    /** One line for the plant: what all sources sent, and where the historian's cursor has brought it. */
    private static LedgerLine ledger(Ledger account) {
        long received = 0;
        long filtered = 0;
        long rejected = 0;
        for (Ledger.SourceAccount source : account.sources().values()) {
            received += source.received();
            filtered += source.filteredTotal();
            rejected += source.rejected();
        }
        Ledger.SinkAccount sink = account.sinks().getOrDefault("historian", new Ledger.SinkAccount(0, 0, 0, 0, 0));
        rejected += sink.rejected();
        boolean sums = received == sink.stored() + sink.queued() + filtered + rejected + sink.expired();
        return new LedgerLine(
                received, sink.stored(), sink.queued(), filtered, rejected, sink.expired(), account.balanced() && sums);
    }

    private static HistorianLine historian(Hub hub) {
        try {
            return new HistorianLine(
                    hub.historian().query().count(), hub.historian().query().tagCount());
        } catch (SQLException e) {
            return new HistorianLine(0, 0);
        }
    }

    private static AlarmsLine alarms(Hub hub) {
        Alarms.Count count = hub.store().alarms().count();
        return new AlarmsLine(count.incidents(), count.returned());
    }
}
