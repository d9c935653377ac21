package org.millrace.erp;

/**
 * One document on its way to one system, as the ledger keeps it. Times are µs.
 *
 * @param remoteId by which its system addresses it; empty until it is known
 * @param number what people there call it
 * @param lastStep the step after the creation that was carried out last
 * @param note what the system said last, or what it waits for; a sentence
 * @param attempts creations and steps whose answers were lost
 * @param failures calls in a row that were not carried out
 * @param created when it was handed over
 * @param wake when it wants a call next; {@link #NEVER} when it wants none
 */
public record DocumentRow(
        String system,
        BusinessDocument document,
        State state,
        String remoteId,
        String number,
        String lastStep,
        String note,
        int attempts,
        int failures,
        long created,
        long updated,
        long wake) {
    public static final long NEVER = Long.MAX_VALUE;

    /** Where it stands. */
    public enum State {
        /** To be looked for, and created when it is not there. */
        WAITING,
        /** A creation is under way, or was when the hub died. */
        CREATING,
        /** A creation was sent and its answer lost: to be looked for before anything else. */
        UNKNOWN,
        /** Its system has it and does not show it finished yet. */
        THERE,
        /** Its system has it, finished. */
        DONE,
        /** Its system does not take it: a person must look. */
        REFUSED;

        public boolean isOver() {
            return this == DONE || this == REFUSED;
        }
    }

    /** Handed over, nothing sent. */
    public static DocumentRow queued(String system, BusinessDocument document, long now) {
        return new DocumentRow(system, document, State.WAITING, "", "", "", "", 0, 0, now, now, now);
    }

    public String reference() {
        return document.reference();
    }

    DocumentRow to(State next, String said, long now, long wakeAt) {
        return new DocumentRow(
                system, document, next, remoteId, number, lastStep, said, attempts, failures, created, now, wakeAt);
    }

    DocumentRow called(String id, String people) {
        return new DocumentRow(
                system, document, state, id, people, lastStep, note, attempts, 0, created, updated, wake);
    }

    DocumentRow counted(int lost, int failed) {
        return new DocumentRow(
                system, document, state, remoteId, number, lastStep, note, lost, failed, created, updated, wake);
    }

    DocumentRow stepped(String step) {
        return new DocumentRow(
                system, document, state, remoteId, number, step, note, attempts, failures, created, updated, wake);
    }
}
