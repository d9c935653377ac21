package org.millrace.erp;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millrace.erp.BusinessDocument.Equipment;
import org.millrace.erp.BusinessDocument.PurchaseRequest;
import org.millrace.erp.DocumentRow.State;
import org.millrace.erp.DocumentSteps.Step;
import org.millrace.ticket.OrderAnswer;
import org.millrace.ticket.OrderAnswer.Kind;

/** What becomes of a document by what its system answers. */
class DocumentStepsTest {
    private static final long NOW = 1_790_000_000_000_000L;
    private static final long SECOND = 1_000_000;
    private static final DocumentPolicy POLICY = new DocumentPolicy(
            Duration.ofSeconds(60), Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofMinutes(15), 3);
    private static final DocumentAction FIND = new DocumentAction.Find();
    private static final DocumentAction CREATE = new DocumentAction.Create();
    private static final DocumentAnswer NOTHING = new DocumentAnswer.Found(List.of());

    private final DocumentSteps steps = new DocumentSteps(POLICY);

    static BusinessDocument document(String reference) {
        return new PurchaseRequest(
                reference, new Equipment("A", "A", "x/a", Map.of()), "t", "M", BigDecimal.TEN, "kg", NOW, "i");
    }

    private static DocumentRow queued() {
        return DocumentRow.queued("erp", document("hub:a:purchase"), NOW);
    }

    private static DocumentAnswer found(String step) {
        return new DocumentAnswer.Found(List.of(new DocumentThere("7", "PR-7", step, "{}")));
    }

    private static DocumentAnswer failed(Kind kind) {
        return new DocumentAnswer.Failed(new OrderAnswer.Failed(kind, "why", 0));
    }

    private Step creating() {
        return steps.after(queued(), FIND, NOTHING, NOW);
    }

    @Test
    void nothingIsCreatedBeforeItWasLookedFor() {
        assertThat(steps.due(queued(), NOW).action()).contains(FIND);
        assertThat(creating().action()).contains(CREATE);
        assertThat(creating().row().state()).as("durable before it is sent").isEqualTo(State.CREATING);
    }

    @Test
    void whatIsThereIsNotCreated() {
        Step step = steps.after(queued(), FIND, found(""), NOW);
        assertThat(step.row().state()).isEqualTo(State.DONE);
        assertThat(step.row().number()).isEqualTo("PR-7");
        assertThat(step.action()).isEmpty();
        assertThat(step.row().wake()).isEqualTo(DocumentRow.NEVER);
    }

    @Test
    void aCreationWithNothingToFollowIsDone() {
        Step made = steps.after(creating().row(), CREATE, new DocumentAnswer.Made("7", "7", true), NOW);
        assertThat(made.row().state()).isEqualTo(State.DONE);
        assertThat(made.action()).isEmpty();
    }

    @Test
    void aLostAnswerIsFollowedByAFindAfterTheSettlingTimeNeverByACreation() {
        Step lost = steps.after(creating().row(), CREATE, failed(Kind.UNKNOWN), NOW);
        assertThat(lost.row().state()).isEqualTo(State.UNKNOWN);
        assertThat(lost.action()).isEmpty();
        assertThat(lost.row().wake()).isEqualTo(NOW + 60 * SECOND);
        assertThat(steps.due(lost.row(), NOW).action()).contains(FIND);
        assertThat(steps.after(lost.row(), FIND, failed(Kind.RETRYABLE), NOW).action())
                .isEmpty();
        assertThat(steps.after(lost.row(), FIND, found(""), NOW).row().state()).isEqualTo(State.DONE);
        assertThat(steps.after(lost.row(), FIND, NOTHING, NOW).action()).contains(CREATE);
    }

    @Test
    void aHubThatDiedWhileItCreatedLooksFirst() {
        Step due = steps.due(creating().row(), NOW);
        assertThat(due.row().state()).isEqualTo(State.UNKNOWN);
        assertThat(due.action()).isEmpty();
        assertThat(due.row().wake()).isEqualTo(NOW + 60 * SECOND);
    }

    @Test
    void afterTooManyLostAnswersAPersonMustLook() {
        DocumentRow row = queued();
        for (int i = 0; i < 3; i++) {
            Step create = steps.after(row, FIND, NOTHING, NOW);
            assertThat(create.action()).contains(CREATE);
            row = steps.after(create.row(), CREATE, failed(Kind.UNKNOWN), NOW).row();
        }
        Step end = steps.after(row, FIND, NOTHING, NOW);
        assertThat(end.row().state()).isEqualTo(State.REFUSED);
        assertThat(end.row().note()).contains("sent 3 times");
        assertThat(end.action()).isEmpty();
        assertThat(DocumentSteps.again(end.row(), NOW).attempts()).isZero();
    }

    @Test
    void whatWasNotCarriedOutIsTriedAgainLaterAndLater() {
        DocumentRow row = queued();
        for (long pause : new long[] {2, 4, 8, 10, 10}) {
            row = steps.after(row, FIND, failed(Kind.RETRYABLE), NOW).row();
            assertThat(row.wake()).isEqualTo(NOW + pause * SECOND);
            assertThat(row.state()).isEqualTo(State.WAITING);
        }
        DocumentRow told = steps.after(
                        row,
                        FIND,
                        new DocumentAnswer.Failed(new OrderAnswer.Failed(Kind.THROTTLED, "", 99 * SECOND)),
                        NOW)
                .row();
        assertThat(told.wake()).as("the system said how long").isEqualTo(NOW + 99 * SECOND);
    }

    @Test
    void aCreationThatWasNotCarriedOutIsLookedForAgain() {
        Step again = steps.after(creating().row(), CREATE, failed(Kind.RETRYABLE), NOW);
        assertThat(again.row().state()).isEqualTo(State.WAITING);
        assertThat(steps.due(again.row(), NOW).action()).contains(FIND);
    }

    @Test
    void aRefusalIsTheEnd() {
        Step refused = steps.after(creating().row(), CREATE, failed(Kind.PERMANENT), NOW);
        assertThat(refused.row().state()).isEqualTo(State.REFUSED);
        assertThat(refused.row().note()).isEqualTo("why");
        assertThat(steps.due(refused.row(), NOW).action()).isEmpty();
    }

    @Test
    void whatIsCreatedGoesOnStepByStepUntilItsSystemShowsItFinished() {
        Step made = steps.after(creating().row(), CREATE, new DocumentAnswer.Made("7", "7", false), NOW);
        assertThat(made.action()).contains(FIND);
        Step submit = steps.after(made.row(), FIND, found("submit"), NOW);
        assertThat(submit.action()).containsInstanceOf(DocumentAction.Proceed.class);
        Step submitted = steps.after(submit.row(), submit.action().orElseThrow(), new DocumentAnswer.Stepped(), NOW);
        assertThat(submitted.action()).contains(FIND);
        assertThat(steps.after(submitted.row(), FIND, found(""), NOW).row().state())
                .isEqualTo(State.DONE);
    }

    @Test
    void aStepThatMovesNothingWaitsAndIsTriedAgain() {
        Step assign = steps.after(queued(), FIND, found("assign"), NOW);
        Step taken = steps.after(assign.row(), assign.action().orElseThrow(), new DocumentAnswer.Stepped(), NOW);
        Step waits = steps.after(taken.row(), FIND, found("assign"), NOW);
        assertThat(waits.action()).isEmpty();
        assertThat(waits.row().note()).contains("waits at 'assign'");
        assertThat(waits.row().wake()).isEqualTo(NOW + 900 * SECOND);
        assertThat(steps.after(waits.row(), FIND, found("assign"), NOW).action())
                .isPresent();
    }

    @Test
    void whatWasCreatedIsNeverCreatedAgainAlsoWhenASearchDoesNotShowItYet() {
        Step made = steps.after(creating().row(), CREATE, new DocumentAnswer.Made("7", "7", false), NOW);
        DocumentRow row = made.row();
        for (int i = 0; i < 3; i++) {
            Step missing = steps.after(row, FIND, NOTHING, NOW);
            assertThat(missing.action()).isEmpty();
            assertThat(missing.row().state()).isEqualTo(State.THERE);
            row = missing.row();
        }
        assertThat(steps.after(row, FIND, NOTHING, NOW).row().state()).isEqualTo(State.REFUSED);
    }

    @Test
    void aRefusedStepSaysThatTheDocumentIsThere() {
        Step submit = steps.after(queued(), FIND, found("submit"), NOW);
        Step refused = steps.after(submit.row(), submit.action().orElseThrow(), failed(Kind.PERMANENT), NOW);
        assertThat(refused.row().state()).isEqualTo(State.REFUSED);
        assertThat(refused.row().note()).isEqualTo("it is there as PR-7, not finished: why");
    }

    @Test
    void ofTwoTheFirstIsKeptAndTheOtherCounted() {
        Step step = steps.after(
                queued(),
                FIND,
                new DocumentAnswer.Found(
                        List.of(new DocumentThere("7", "7", "", ""), new DocumentThere("9", "9", "", ""))),
                NOW);
        assertThat(step.row().remoteId()).isEqualTo("7");
        assertThat(step.doubles()).isEqualTo(1);
        assertThat(step.row().note()).contains("found 2 times");
    }
}
