package org.millrace.console;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.alarm.AlarmBoard;
import org.millrace.alarm.AlarmCommand;
import org.millrace.alarm.AlarmMetrics;
import org.millrace.config.Problem;
import org.millrace.erp.DocumentRow;
import org.millrace.journal.Journal;
import org.millrace.journal.Ledger;
import org.millrace.kpi.ShiftReport;
import org.millrace.plant.AssetFile;
import org.millrace.rule.AlarmEvent;
import org.millrace.signal.Value;
import org.millrace.source.SourceStatus;
import org.millrace.why.Explanation;

/**
 * Everything the console shows and the few things it may do. Methods may block (they are called from worker threads,
 * several at once) and may throw; a failure becomes a 500 for that request only. Times are µs since the epoch, UTC.
 */
public interface ConsoleData {
    Info info();

    /** Why the hub is not ready to serve, one sentence each; empty when it is. */
    List<String> notReady();

    /** What is in force, and what became of the last attempt to change it. */
    ConfigurationView configuration();

    /** Puts the home folder's present files in force, all or none; returns when they are, or why they are not. */
    ConfigurationView reload(String user);

    List<AssetView> assets();

    /** The present state of every tag, in any order. Called up to four times a second while someone watches. */
    List<TagValue> values();

    Optional<TagValue> last(String tag);

    /** Empty when the tag is unknown; a known tag without points gives an empty series. */
    Optional<Series> series(SeriesQuery query);

    List<SourceStatus> sources();

    /** How far the clocks of devices are from the hub's, as far as it is known; the farthest first. */
    default List<DeviceClock> clocks(int limit) {
        return List.of();
    }

    /**
     * @param device its id within the source; empty where the source tells one time for all
     * @param skew µs; positive: ahead of the hub's
     * @param minutes how many minutes with values the estimate rests on
     * @param lastSeen µs, hub time
     */
    record DeviceClock(String source, String device, long skew, int minutes, long lastSeen) {}

    /** When the certificates of the sources' connections end. */
    default List<CertificateEnd> certificateEnds() {
        return List.of();
    }

    /** @param owner {@code hub} or {@code server} */
    record CertificateEnd(String source, String owner, Instant end) {}

    List<RouteView> routes();

    Ledger ledger();

    JournalView journal();

    /** Every reader of the journal and of the events, with its health and what waits for it. */
    List<SinkView> sinks();

    /** Newest first; all that are not over when {@code open}, else at most {@code limit} of all. */
    List<Alarm> alarms(boolean open, int limit);

    /** What the rules need of the heap. */
    default RuleMemory ruleMemory() {
        return new RuleMemory(0, 0);
    }

    /**
     * @param instances rule instances and derived tags
     * @param bytes of their state, approximately
     */
    record RuleMemory(int instances, long bytes) {}

    /** What an operator says to an alarm; refused with a sentence when it is not possible now. */
    Outcome alarm(AlarmCommand command);

    /** Alarms that are shelved, suppressed, out of service, muted or chattering, also without an incident. */
    AlarmBoard board();

    /**
     * How the alarms bear on people, the whole plant first, then by area.
     *
     * @param from µs; as {@code to}, not included
     */
    List<AlarmMetrics> alarmMetrics(long from, long to);

    /** Newest first. */
    List<WorkOrder> workOrders(int limit);

    Optional<WorkOrderDetail> workOrder(String number);

    /** Moves a work order to one of its {@link WorkOrder#nextStates()}. */
    Outcome setState(String number, String state, String user);

    Outcome comment(String number, String text, String user);

    /** Newest first. */
    List<Journal.StoredDeadLetter> deadLetters(int limit);

    Optional<Journal.StoredDeadLetter> deadLetter(long id);

    /** Sends a dead letter on its way again; returns when the outcome is durable. */
    Replayed replay(long id, String user);

    long deadLetterCount();

    /** What the hub does in remote systems of work orders. */
    default List<OrderSystem> orderSystems() {
        return List.of();
    }

    /** Documents on their way to ERP systems, or there; the latest change first. */
    default List<DocumentRow> documents(int limit) {
        return List.of();
    }

    /** Tries a document again that its system had refused. */
    default Outcome retryDocument(String system, String reference, String user) {
        return new Outcome.NotFound("no document " + reference);
    }

    /** What the hub does in ERP systems and document folders. */
    default List<DocumentSystem> documentSystems() {
        return List.of();
    }

    /**
     * @param waiting documents that are not there, finished
     * @param refused documents a person must look at
     * @param creations sent since the start
     * @param doubles documents found more than once since the start
     */
    record DocumentSystem(
            String id, boolean up, boolean unauthorized, long waiting, long refused, long creations, long doubles) {}

    /**
     * @param posts creations sent since the start
     * @param doubles orders found twice since the start
     * @param refused dead letters since the start
     * @param unauthorized the credentials are refused
     */
    record OrderSystem(String id, boolean up, boolean unauthorized, long posts, long doubles, long refused) {}

    /** Addresses that deliver and belong to no tag. */
    List<Unmapped> unmapped(int limit);

    /**
     * @param configuration version of the configuration's files
     * @param started when this process began to run, µs
     */
    record Info(String name, String version, String configuration, String home, String zone, long started) {}

    /**
     * @param version of the configuration in force
     * @param since µs when it came into force
     * @param state of the last attempt: {@code started} (none since the start), {@code applied}, {@code unchanged},
     *     {@code refused} (the files have errors, or need a restart), {@code failed} or {@code busy}
     * @param tried version of the files of that attempt; empty when there was none, or they could not be read
     * @param user who tried
     * @param time µs when; 0 = not yet
     * @param detail a sentence, or empty
     * @param changes what was changed, e.g. {@code source field}
     * @param problems errors when refused, with file and line; warnings when applied
     */
    record ConfigurationView(
            String version,
            long since,
            String state,
            String tried,
            String user,
            long time,
            String detail,
            List<String> changes,
            List<Problem> problems) {}

    /**
     * @param kind {@code journal}, {@code events}, {@code rules}, {@code cmms}, {@code readings} or {@code context}
     * @param since µs when it came up, or when its present outage began
     * @param failures tries in a row that failed
     * @param lastError of the last failed try; empty when there was none
     * @param nextTry µs; 0 = none planned
     * @param lagEntries journal entries or events it has not passed
     * @param lagSamples samples in those entries; 0 for events
     * @param oldest µs when the hub received the oldest thing that waits; 0 = nothing waits
     */
    record SinkView(
            String name,
            String kind,
            String route,
            boolean up,
            long since,
            int failures,
            String lastError,
            long nextTry,
            long lagEntries,
            long lagSamples,
            long oldest) {}

    /**
     * What became of a replay.
     *
     * @param state {@code replayed}, {@code failed}, {@code refused} or {@code missing}
     * @param detail a sentence when it is not {@code replayed}
     * @param accepted readings that became durable samples; with {@code filtered} and {@code rejected} all that came of it
     */
    record Replayed(long id, String state, String detail, long accepted, long filtered, long rejected) {}

    /** @param type asset class, e.g. {@code rotodynamic-pump} */
    record AssetView(
            String id, String name, String path, String type, AssetFile.Criticality criticality, List<TagView> tags) {}

    /**
     * @param path full tag path
     * @param unit UCUM code of the value
     * @param states code to state name, empty when not enumerated
     */
    record TagView(String path, String name, String unit, String source, Map<String, String> states) {}

    /**
     * @param value {@link Value#NONE} until the first sample, or when the source sent a status only
     * @param text the value as people read it, without unit: {@code 4.5}, {@code RUN}; empty when there is none
     * @param quality OPC UA StatusCode
     * @param sourceTime by the device's clock, µs; 0 = no sample yet
     * @param hubTime when the hub received it, µs; 0 = no sample yet
     * @param stale nothing came for longer than the tag allows; its quality is not Good then
     */
    record TagValue(String tag, Value value, String text, int quality, long sourceTime, long hubTime, boolean stale) {}

    enum Mode {
        RAW,
        AVG,
        MIN,
        MAX,
        TWA,
        LTTB
    }

    /**
     * @param from µs, inclusive
     * @param to µs, exclusive; after {@code from}
     * @param points most points to return, 1 to 10,000
     */
    record SeriesQuery(String tag, long from, long to, Mode mode, int points) {}

    /**
     * Columns of equal length, in time order. NaN = no number at that time.
     *
     * @param resolution what answered: {@code raw}, {@code 1m}, …
     * @param count samples behind the points
     * @param percentGood 0 to 100; NaN when there were none
     */
    record Series(
            String tag,
            String unit,
            String resolution,
            long count,
            double percentGood,
            long[] times,
            double[] values,
            int[] qualities) {}

    /** @param state {@code Started}, {@code Stopped}, {@code Suspended}; as Camel says it */
    record RouteView(String id, String state, String from, long completed, long failed) {}

    /**
     * @param head newest durable sequence
     * @param bytes size on disk
     * @param cursors consumer to the sequence it has passed
     */
    record JournalView(long head, long bytes, Map<String, Long> cursors) {}

    /**
     * @param latest the newest event of the incident
     * @param acknowledged since it was last raised
     * @param open not yet over: active, or returned and unacknowledged
     * @param workOrder its number, empty when there is none
     * @param held how long the condition had held when {@code latest} came, µs
     * @param entry how it stands with people beyond that, as far as there is something to say
     */
    record Alarm(
            AlarmEvent latest,
            boolean acknowledged,
            boolean open,
            String workOrder,
            long held,
            Optional<AlarmBoard.Entry> entry) {
        public boolean active() {
            return !latest.level().isEmpty();
        }
    }

    /**
     * @param number e.g. {@code WO-000001}
     * @param key incident key
     * @param state in the system's words, e.g. {@code open}
     * @param nextStates states a person may move it to; empty when the system owns its states
     * @param open not yet done or cancelled
     * @param due µs; 0 = none
     * @param link to the order in its system; empty when there is none
     */
    record WorkOrder(
            String number,
            String incident,
            String key,
            String title,
            String asset,
            String assetName,
            String rule,
            String severity,
            String state,
            List<String> nextStates,
            boolean open,
            String system,
            long created,
            long updated,
            long due,
            String link) {}

    /** @param trendSvg empty when there is no picture */
    record WorkOrderDetail(WorkOrder order, String text, String trendSvg, List<Note> notes) {}

    /** What someone said or did to a work order. */
    record Note(long time, String user, String text) {}

    /** @param example the last value as text */
    record Unmapped(
            String source, String device, String field, long count, long firstSeen, long lastSeen, String example) {}

    /** What became of an action. */
    sealed interface Outcome {
        record Done() implements Outcome {}

        record NotFound(String what) implements Outcome {}

        /** Not allowed in this state; {@code why} is a sentence for people. */
        record Refused(String why) implements Outcome {}
    }

    /** The way of a work order or an incident, by id; empty when there is no such thing. */
    Optional<Explanation> why(String id);

    /**
     * What stopped a tag's value at a time.
     *
     * @param time µs since the epoch
     */
    Explanation whyNot(String tag, long time);

    /**
     * One machine's OEE.
     *
     * @param running empty between shifts
     * @param past shifts that are over, latest first
     * @param reasons words that a person may choose from
     */
    record OeeView(
            String id,
            String asset,
            String assetName,
            Optional<ShiftReport> running,
            List<ShiftReport> past,
            List<String> reasons) {}

    /**
     * @param id of one; empty for all
     * @param shifts how many past ones
     */
    List<OeeView> oee(String id, int shifts);

    /**
     * A person says why a machine stood.
     *
     * @param id of the OEE
     * @param start of the stop, µs
     */
    Outcome giveReason(String id, long start, String reason, String user);
}
