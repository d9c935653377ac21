package org.millrace;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.millrace.alarm.AlarmBoard;
import org.millrace.alarm.AlarmCommand;
import org.millrace.alarm.AlarmPlan;
import org.millrace.connector.rest.ConnectorFile;
import org.millrace.journal.Journal;
import org.millrace.runtime.Commands;
import org.millrace.store.WorkOrders;
import org.millrace.ticket.OrderRow;
import org.millrace.ticket.OrderState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares, at a start and after a reload, the alarms that are muted with the orders people work on. An order's new state
 * and what follows from it are two commits: a crash between them, or a connector that is taken away, would leave an alarm
 * silent for ever, or loud during the work.
 */
final class MuteCheck implements Consumer<Journal.Entry>, AutoCloseable {
    /** The built-in work-order system, as {@link AlarmBoard.Mute#system()} has it. */
    static final String DESK = "desk";

    private static final Logger LOG = LoggerFactory.getLogger(MuteCheck.class);
    private static final long NOT_WANTED = Long.MAX_VALUE;
    private static final int MOST = 10_000;

    private final Hub hub;
    private final AtomicLong from = new AtomicLong(NOT_WANTED);
    private final ExecutorService executor = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("hub-mutes").daemon().factory());

    MuteCheck(Hub hub) {
        this.hub = hub;
    }

    /** To be done once the rules have seen all that is in the journal now. */
    void wanted() {
        from.set(hub.journal().head());
    }

    /** Every entry the rules have seen, on their thread. */
    @Override
    public void accept(Journal.Entry entry) {
        if (entry.sequence() >= from.get()) {
            from.set(NOT_WANTED);
            executor.execute(this::tried);
        }
    }

    private void tried() {
        try {
            once();
        } catch (RuntimeException e) {
            LOG.warn("muted alarms could not be compared with the orders in progress, tried again: {}", e.toString());
            wanted();
        }
    }

    /** The board first: an order is in progress before its alarms are muted, so what is muted is found in the ledgers. */
    private void once() {
        AlarmBoard board = hub.alarmBoard();
        AlarmPlan plan = hub.configuration().alarms();
        Set<String> systems = new HashSet<>();
        hub.configuration().connectors().stream().map(ConnectorFile::id).forEach(systems::add);
        for (AlarmBoard.Mute mute : board.mutes()) {
            if (mute.until() != 0) {
                continue; // ends by itself
            }
            String why = !inProgress(mute, systems)
                    ? "nobody works on it"
                    : !plan.mutesInProgress(mute.asset()) ? "the alarm policy mutes nothing any more" : "";
            if (!why.isEmpty()) {
                say(new AlarmCommand.Unmute(mute.system(), mute.order(), "hub"), "alarm.unmute", mute, why);
            }
        }
        for (WorkOrders.WorkOrder order : hub.store().workOrders().list(WorkOrders.State.IN_PROGRESS, MOST)) {
            boolean muted = board.mutes().stream().anyMatch(mute -> mute.isOf(DESK, order.number()));
            if (!muted && plan.mutesInProgress(order.asset())) {
                AlarmBoard.Mute mute =
                        new AlarmBoard.Mute(DESK, order.number(), order.asset(), order.failureMode(), 0, "hub");
                say(
                        new AlarmCommand.Mute(DESK, mute.order(), mute.asset(), mute.failureMode(), 0, "hub"),
                        "alarm.mute",
                        mute,
                        "work on it is in progress");
            }
        }
    }

    /** @param systems ids of the connectors there are: of one that is gone, nobody hears when the work ends */
    private boolean inProgress(AlarmBoard.Mute mute, Set<String> systems) {
        boolean atDesk = mute.isOf(DESK, mute.order())
                && hub.store()
                        .workOrders()
                        .get(mute.order())
                        .filter(order -> order.state() == WorkOrders.State.IN_PROGRESS)
                        .isPresent();
        return atDesk
                || systems.stream()
                        .filter(system -> mute.isOf(system, mute.order()))
                        .flatMap(system -> hub.store().tickets().watched(system).stream())
                        .filter(row -> row.state() == OrderState.IN_PROGRESS)
                        .map(OrderRow::there)
                        .anyMatch(there -> there.number().equals(mute.order()));
    }

    private void say(AlarmCommand command, String what, AlarmBoard.Mute mute, String why) {
        String system = mute.system().isEmpty() ? "" : " of " + mute.system();
        String detail =
                (mute.asset() + " " + mute.failureMode()).strip() + ": order " + mute.order() + system + ": " + why;
        LOG.warn("{}: {}", what, detail);
        hub.journal().command(hub.now(), Commands.write(command)).join();
        hub.store().audit().record(hub.now(), "hub", what, detail);
    }

    @Override
    public void close() throws InterruptedException {
        executor.shutdown();
        executor.awaitTermination(5, TimeUnit.SECONDS);
    }
}
