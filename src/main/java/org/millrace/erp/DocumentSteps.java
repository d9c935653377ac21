package org.millrace.erp;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.millrace.erp.DocumentAnswer.Failed;
import org.millrace.erp.DocumentAnswer.Found;
import org.millrace.erp.DocumentAnswer.Made;
import org.millrace.erp.DocumentAnswer.Stepped;
import org.millrace.erp.DocumentRow.State;
import org.millrace.signal.Micros;
import org.millrace.ticket.OrderAnswer;

/** Makes the next row of a document. Pure. */
public final class DocumentSteps {
    /**
     * @param row to be committed before the action is carried out
     * @param action what it needs now; empty when it waits or is over
     * @param doubles how many more than one were found
     */
    public record Step(DocumentRow row, Optional<DocumentAction> action, int doubles) {
        private Step(DocumentRow row) {
            this(row, Optional.empty(), 0);
        }

        private Step(DocumentRow row, DocumentAction action) {
            this(row, Optional.of(action), 0);
        }
    }

    private final DocumentPolicy policy;

    public DocumentSteps(DocumentPolicy policy) {
        this.policy = policy;
    }

    /** One that was refused, to be tried again from the beginning: what its system has by now is found. */
    public static DocumentRow again(DocumentRow refused, long now) {
        return refused.counted(0, 0).stepped("").to(State.WAITING, "tried again", now, now);
    }

    /** What a row that is due needs. One left in {@code CREATING} was left so by a hub that died. */
    public Step due(DocumentRow row, long now) {
        return switch (row.state()) {
            case WAITING, UNKNOWN, THERE -> new Step(row, new DocumentAction.Find());
            case CREATING -> lost(row, State.UNKNOWN, "the hub stopped while it created it", now);
            case DONE, REFUSED -> new Step(row.to(row.state(), row.note(), row.updated(), DocumentRow.NEVER));
        };
    }

    public Step after(DocumentRow row, DocumentAction action, DocumentAnswer answer, long now) {
        return switch (answer) {
            case Found found -> found(row, found.there(), now);
            case Made made -> made(row, made, now);
            case Stepped stepped ->
                new Step(
                        row.stepped(
                                        action instanceof DocumentAction.Proceed step
                                                ? step.there().step()
                                                : "")
                                .counted(row.attempts(), 0)
                                .to(State.THERE, "", now, now),
                        new DocumentAction.Find());
            case Failed failed -> failed(row, action, failed.failure(), now);
        };
    }

    private Step found(DocumentRow row, List<DocumentThere> there, long now) {
        if (there.isEmpty()) {
            return missing(row, now);
        }
        DocumentThere first = there.getFirst();
        DocumentRow known = row.called(first.id(), first.number());
        int doubles = there.size() - 1;
        String doubled = doubles == 0 ? "" : "found " + there.size() + " times; the hub goes on with " + first.number();
        if (first.step().isEmpty()) {
            return new Step(known.to(State.DONE, doubled, now, DocumentRow.NEVER), Optional.empty(), doubles);
        }
        if (first.step().equals(row.lastStep())) { // taken, and nothing has come of it: no stock, for instance
            String waits = "waits at '" + first.step() + "': the system has taken the step and not moved";
            return new Step(
                    known.stepped("").to(State.THERE, waits, now, now + Micros.of(policy.recheck())),
                    Optional.empty(),
                    doubles);
        }
        return new Step(
                known.to(State.THERE, doubled, now, now), Optional.of(new DocumentAction.Proceed(first)), doubles);
    }

    private Step missing(DocumentRow row, long now) {
        if (row.state() == State.THERE) { // made by us: some searches lag behind; never a second one
            return row.attempts() >= policy.maxAttempts()
                    ? refused(row, "it was created as " + row.number() + ", and its system does not show it", now)
                    : lost(row, State.THERE, "created as " + row.number() + ", not shown by its system yet", now);
        }
        if (row.attempts() >= policy.maxAttempts()) {
            return refused(row, "sent " + row.attempts() + " times, every answer was lost and it is not there", now);
        }
        return new Step(row.counted(row.attempts(), 0).to(State.CREATING, "", now, now), new DocumentAction.Create());
    }

    private Step made(DocumentRow row, Made made, long now) {
        DocumentRow known = row.called(made.id(), made.number());
        return made.finished()
                ? new Step(known.to(State.DONE, "", now, DocumentRow.NEVER))
                : new Step(known.to(State.THERE, "", now, now), new DocumentAction.Find());
    }

    private Step failed(DocumentRow row, DocumentAction action, OrderAnswer.Failed failure, long now) {
        boolean sent = !(action instanceof DocumentAction.Find);
        return switch (failure.kind()) {
            case PERMANENT -> refused(row, failure.why(), now);
            case UNKNOWN ->
                sent
                        ? lost(
                                row,
                                action instanceof DocumentAction.Create ? State.UNKNOWN : State.THERE,
                                failure.why(),
                                now)
                        : again(row, failure, now);
            case RETRYABLE, THROTTLED, UNAUTHORIZED -> again(row, failure, now);
        };
    }

    /** Not carried out. A creation that was not carried out may be sent again, after another find. */
    private Step again(DocumentRow row, OrderAnswer.Failed failure, long now) {
        Duration pause = policy.firstPause().multipliedBy(1L << Math.min(row.failures(), 20));
        long wait = Math.max(
                failure.after(), Micros.of(pause.compareTo(policy.longestPause()) > 0 ? policy.longestPause() : pause));
        State next = row.state() == State.CREATING ? State.WAITING : row.state();
        return new Step(row.counted(row.attempts(), row.failures() + 1).to(next, failure.why(), now, now + wait));
    }

    private Step lost(DocumentRow row, State next, String why, long now) {
        return new Step(
                row.counted(row.attempts() + 1, row.failures()).to(next, why, now, now + Micros.of(policy.settle())));
    }

    private static Step refused(DocumentRow row, String why, long now) {
        String there = row.remoteId().isEmpty() ? "" : "it is there as " + row.number() + ", not finished: ";
        return new Step(row.to(State.REFUSED, there + why, now, DocumentRow.NEVER));
    }
}
