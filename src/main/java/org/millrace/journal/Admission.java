package org.millrace.journal;

import java.io.IOException;
import java.nio.file.FileStore;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.millrace.journal.JournalLimits.AtLimit;
import org.millrace.journal.JournalTask.Append;
import org.millrace.journal.JournalTask.EntryKind;
import org.millrace.sqlite.SqliteFile;

/** Decides what there is room for, before the disk has to, and how much must go to make room. Safe from any thread. */
final class Admission {
    /**
     * @param admitted in their order
     * @param refused with the reason, for the source's log
     * @param bytesToFree of entries, to make room on the disk; 0 when the entries' own limits are all that counts
     */
    record Decision(List<JournalTask> admitted, List<Refusal> refused, long bytesToFree) {}

    record Refusal(Append append, String why) {}

    private static final int FLOOR_DIVISOR = 4; // the write-ahead log needs room even when the file does not grow

    private final SqliteFile file;
    private final FileStore disk;
    private final JournalLimits limits;
    private final AgeClock clock;

    Admission(SqliteFile file, FileStore disk, JournalLimits limits, AgeClock clock) {
        this.file = file;
        this.disk = disk;
        this.limits = limits;
        this.clock = clock;
    }

    Decision decide(Accounts accounts, List<JournalTask> group) {
        List<JournalTask> admitted = new ArrayList<>(group.size());
        List<Refusal> refused = new ArrayList<>();
        long live = accounts.liveBytes();
        long free = freeDisk();
        boolean low = free - cost(group) < limits.diskReserve();
        long reusable = low ? reusableBytes() : 0;
        boolean tooOld = limits.atLimit() == AtLimit.BLOCK && tooOld(accounts);
        long wanted = 0;
        for (JournalTask task : group) {
            if (task instanceof Append append) {
                String why = whyNot(append, live + wanted, tooOld);
                if (why.isEmpty() && low && !fitsOnDisk(free, wanted + append.cost(), reusable)) {
                    why = diskFull(free);
                }
                if (!why.isEmpty()) {
                    refused.add(new Refusal(append, why));
                    continue;
                }
                wanted += append.cost();
            }
            admitted.add(task);
        }
        boolean reuse = low && limits.atLimit() == AtLimit.DROP_OLDEST && free - wanted < limits.diskReserve();
        return new Decision(admitted, refused, reuse ? Math.max(0, 2 * wanted - reusable) : 0);
    }

    /** How many bytes of the entries are beyond the limit and must go. */
    long excess(Accounts accounts) {
        return limits.atLimit() == AtLimit.BLOCK ? 0 : Math.max(0, accounts.liveBytes() - limits.maxBytes());
    }

    /** Entries received before this time must go. */
    long expireBefore() {
        return limits.atLimit() == AtLimit.BLOCK ? Long.MIN_VALUE : clock.cutoff(limits.maxAge());
    }

    boolean mustExpire(Accounts accounts) {
        return excess(accounts) > 0 || accounts.oldest < expireBefore();
    }

    /** Whether samples are being refused for want of room. */
    boolean full(Accounts accounts) {
        boolean block = limits.atLimit() == AtLimit.BLOCK;
        long free = freeDisk();
        return block && (accounts.liveBytes() >= limits.maxBytes() || tooOld(accounts))
                || free < floor()
                || block && free < limits.diskReserve() && reusableBytes() == 0;
    }

    private String whyNot(Append append, long live, boolean tooOld) {
        if (limits.atLimit() == AtLimit.DROP_OLDEST) {
            return append.cost() <= limits.maxBytes()
                    ? ""
                    : "a delivery of " + append.cost() + " bytes is larger than the journal's limit of "
                            + limits.maxBytes() + " bytes; raise journal.max_size in hub.yaml.";
        }
        boolean samples = append.kind() == EntryKind.SAMPLES;
        long limit = samples ? limits.maxBytes() : limits.maxBytes() + limits.maxBytes() / 16;
        if (live + append.cost() > limit) {
            return "the journal has reached its limit of " + limits.maxBytes()
                    + " bytes because a consumer lags; sources hold their data until it catches up."
                    + " See the ledger for which, or raise journal.max_size in hub.yaml.";
        }
        return samples && tooOld
                ? "the oldest entry of the journal has waited longer than " + limits.maxAge()
                        + " because a consumer lags; sources hold their data until it catches up."
                        + " See the ledger for which, or raise journal.max_age in hub.yaml."
                : "";
    }

    private boolean fitsOnDisk(long free, long cost, long reusable) {
        if (free - cost >= limits.diskReserve()) {
            return true;
        }
        // the file need not grow: its own free pages, or those of the entries that go, are used again
        return free >= floor() && (cost <= reusable || limits.atLimit() == AtLimit.DROP_OLDEST);
    }

    private String diskFull(long free) {
        return "the disk of " + file.path() + " has " + free + " bytes left, the journal keeps " + limits.diskReserve()
                + " in reserve; make room, sources hold their data until then.";
    }

    private boolean tooOld(Accounts accounts) {
        // what every cursor has passed is only waiting to be deleted
        return accounts.oldest < clock.cutoff(limits.maxAge()) && accounts.consumed() <= accounts.trimmed;
    }

    private static long cost(List<JournalTask> group) {
        return group.stream().mapToLong(JournalTask::cost).sum();
    }

    private long floor() {
        return limits.diskReserve() / FLOOR_DIVISOR;
    }

    private long freeDisk() {
        try {
            return disk.getUsableSpace();
        } catch (IOException e) {
            return Long.MAX_VALUE; // unknown; SQLite will say
        }
    }

    private long reusableBytes() {
        try {
            return file.read(session -> session.number("PRAGMA freelist_count") * session.number("PRAGMA page_size"));
        } catch (SQLException e) {
            return 0;
        }
    }
}
