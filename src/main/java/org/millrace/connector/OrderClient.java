package org.millrace.connector;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.rule.RuleFile.Severity;

/**
 * The single calls a remote system of work orders offers: one request each, no memory, no retries. What makes one order
 * out of many calls (intent, find before create, reconciliation) stands above it. Calls block; safe for several threads.
 */
public interface OrderClient {
    /** Id of the connector file. */
    String id();

    Capabilities capabilities();

    /** Orders, open or not, that carry exactly this reference; lowest id first. */
    Answer<List<RemoteOrder>> find(String reference);

    /** One order by the id its system gave it; empty when it is gone. */
    Answer<Optional<RemoteOrder>> get(String id);

    Answer<RemoteOrder> create(Draft draft);

    /** Changes title, text, severity or due time of an order to those of the draft. */
    Answer<Void> update(String id, Draft draft);

    Answer<Void> comment(String id, String text);

    Answer<Void> setState(String id, State state, String note);

    /** Only where {@link Capabilities#attachments()}. */
    Answer<Void> attach(String id, String fileName, String mediaType, byte[] content);

    /** Orders changed since the cursor (empty: from now on), and the cursor to go on from. */
    Answer<Changes> changes(String cursor);

    /** Pushes a meter reading; only where {@link Capabilities#readings()}. */
    Answer<Void> reading(Reading reading);

    /** The system's own id of an asset, by the number the asset file gives it; empty when it knows none. */
    Answer<Optional<String>> lookupAsset(String assetNumber);

    /** The states every system's own are mapped to. */
    enum State {
        OPEN,
        IN_PROGRESS,
        ON_HOLD,
        DONE,
        CANCELLED;

        /** A person still has it to do. */
        public boolean isOpen() {
            return this != DONE && this != CANCELLED;
        }
    }

    /**
     * @param update orders can be changed
     * @param state orders can be closed or cancelled from here
     * @param comments texts can be added
     * @param attachments files can be added
     * @param changes changes can be asked for since a cursor
     * @param readings meters take readings
     */
    record Capabilities(
            boolean update, boolean state, boolean comments, boolean attachments, boolean changes, boolean readings) {}

    /**
     * What a new order says.
     *
     * @param reference {@code hub:<key>:<episode>}, or its hash where the system's field is short; the order is found by it
     * @param asset id of the asset in the hub
     * @param cmms what the asset file says under {@code cmms} (equipment number and the like)
     * @param assetDown the machine stands still
     * @param attributes further named values of the incident (rule, level, tag, value, unit, limit, peak, since, …)
     */
    record Draft(
            String reference,
            String title,
            String text,
            Severity severity,
            String asset,
            String assetName,
            String assetPath,
            String failureMode,
            Map<String, String> cmms,
            boolean assetDown,
            Instant since,
            Optional<Instant> due,
            Optional<String> link,
            Map<String, String> attributes) {}

    /**
     * @param id the key by which its system addresses it
     * @param number what people call it; the id where there is none
     * @param rawState the system's own word
     * @param reference the hub's reference found in it, empty when none
     * @param touched a person has worked on it (assigned, commented, changed), where the system lets us see that
     * @param updated when it was last changed, where known
     */
    record RemoteOrder(
            String id,
            String number,
            State state,
            String rawState,
            Optional<String> reference,
            boolean touched,
            Optional<Instant> updated) {}

    /** @param cursor opaque; the next call's argument */
    record Changes(List<RemoteOrder> orders, String cursor) {}

    /** @param meter the system's id of the meter; @param unit UCUM */
    record Reading(String asset, String meter, double value, String unit, Instant time) {}
}
