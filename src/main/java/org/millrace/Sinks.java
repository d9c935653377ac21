package org.millrace;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.connector.Orders;
import org.millrace.connector.Readings;
import org.millrace.console.ConsoleData.SinkView;
import org.millrace.context.ContextPoller;
import org.millrace.journal.Journal;
import org.millrace.journal.Ledger;
import org.millrace.route.LoopState;
import org.millrace.runtime.RuleLoop;
import org.millrace.store.Outbox;

/** Health and backlog of everything that reads the journal or the events, put together from where each is known. */
final class Sinks {
    private Sinks() {}

    static List<SinkView> of(Hub hub) {
        Map<String, Ledger.SinkAccount> accounts = hub.journal().ledger().sinks();
        Map<String, Long> pending = hub.store().outbox().pending();
        List<SinkView> sinks = new ArrayList<>();
        sinks.add(rules(hub, accounts));
        for (LoopState loop : hub.routes().loops()) {
            if (loop.queue().equals("events")) {
                long waiting = pending.getOrDefault(loop.name(), 0L);
                sinks.add(view(loop, waiting, 0, waiting == 0 ? 0 : oldestEvent(hub, loop.name())));
            } else {
                sinks.add(view(
                        loop,
                        lag(hub, loop.name(), accounts),
                        samples(accounts, loop.name()),
                        oldest(hub, loop.name(), accounts)));
            }
        }
        hub.remoteOrders().statuses().forEach(status -> sinks.add(orders(status)));
        hub.remoteOrders().readings().forEach(status -> sinks.add(readings(status)));
        hub.contexts().statuses().forEach(status -> sinks.add(context(status)));
        return sinks;
    }

    private static SinkView orders(Orders.Status s) {
        String error = s.unauthorized() ? "credentials refused: " + s.lastError() : s.lastError();
        return new SinkView(
                "cmms/" + s.id(),
                "cmms",
                "",
                s.up(),
                s.since(),
                s.failures(),
                s.up() ? "" : error,
                s.nextTry(),
                s.waiting(),
                0,
                s.oldest());
    }

    /** Not a sink, but as one: what it does not bring is missing in events and tickets. */
    private static SinkView context(ContextPoller.Status s) {
        String strange = s.strange().isEmpty() ? "" : "no asset is called " + String.join(", ", s.strange());
        return new SinkView(
                "context/" + s.id(),
                "context",
                "",
                s.up(),
                s.since(),
                s.failures(),
                s.up() ? strange : s.lastError(),
                s.up() ? 0 : s.nextTry(),
                0,
                0,
                0);
    }

    /** What is held back or refused is told here too: nobody else would see that a meter stands still. */
    private static SinkView readings(Readings.Status s) {
        String held = s.held() == 0 ? "" : s.held() + " meters stand still, " + s.heldWhy();
        return new SinkView(
                "readings/" + s.id(),
                "readings",
                "",
                s.up(),
                s.since(),
                s.failures(),
                s.up() ? held : s.lastError(),
                s.nextTry(),
                s.waiting(),
                0,
                s.oldest());
    }

    private static SinkView rules(Hub hub, Map<String, Ledger.SinkAccount> accounts) {
        String trouble = hub.rules().trouble();
        String name = RuleLoop.CURSOR;
        return new SinkView(
                name,
                "rules",
                "",
                trouble == null,
                0,
                trouble == null ? 0 : 1,
                trouble == null ? "" : trouble,
                0,
                Math.max(0, hub.journal().head() - hub.rules().position()),
                samples(accounts, name),
                oldest(hub, hub.rules().position()));
    }

    private static SinkView view(LoopState loop, long entries, long samples, long oldest) {
        return new SinkView(
                loop.name(),
                loop.queue(),
                loop.route(),
                loop.up(),
                loop.since(),
                loop.failures(),
                loop.lastError(),
                loop.nextTry(),
                entries,
                samples,
                oldest);
    }

    private static long samples(Map<String, Ledger.SinkAccount> accounts, String cursor) {
        Ledger.SinkAccount account = accounts.get(cursor);
        return account == null ? 0 : account.queued();
    }

    private static long lag(Hub hub, String cursor, Map<String, Ledger.SinkAccount> accounts) {
        return accounts.containsKey(cursor)
                ? Math.max(0, hub.journal().head() - hub.journal().position(cursor))
                : 0;
    }

    private static long oldest(Hub hub, String cursor, Map<String, Ledger.SinkAccount> accounts) {
        return accounts.containsKey(cursor) ? oldest(hub, hub.journal().position(cursor)) : 0;
    }

    private static long oldest(Hub hub, long position) {
        try {
            List<Journal.Entry> next = hub.journal().read(position, 1, Duration.ZERO);
            return next.isEmpty() ? 0 : next.getFirst().hubTime();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private static long oldestEvent(Hub hub, String consumer) {
        try {
            Optional<Outbox.Row> next = hub.store().outbox().next(consumer, Duration.ZERO);
            return next.map(row -> row.event().hubTime()).orElse(0L);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }
}
