package org.millrace.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.millrace.rule.RuleFile.Severity;

class DifferenceTest {
    private static BacktestTicket ticket(String key, Severity severity, long since, long raised, long cleared) {
        OptionalLong end = cleared == 0 ? OptionalLong.empty() : OptionalLong.of(cleared);
        return new BacktestTicket(key, "r", "A", "t", severity, "H", since, raised, end, 1, "", 1);
    }

    @Test
    void theSameMatterAtAnOverlappingTimeIsTheSameTicket() {
        BacktestTicket before = ticket("a", Severity.MINOR, 100, 110, 200);
        BacktestTicket after = ticket("a", Severity.MINOR, 150, 180, 0);

        assertThat(Difference.of(List.of(before), List.of(after)).changed())
                .containsExactly(new Difference.Changed(before, after, 70));
    }

    @Test
    void anEqualTimeAndSeverityIsNoChangeAndAnotherSeverityIs() {
        BacktestTicket ticket = ticket("a", Severity.MINOR, 100, 110, 200);
        BacktestTicket worse = ticket("a", Severity.MAJOR, 100, 110, 200);

        assertThat(Difference.of(List.of(ticket), List.of(ticket)).same()).isEqualTo(1);
        assertThat(Difference.of(List.of(ticket), List.of(worse)).changed())
                .singleElement()
                .matches(Difference.Changed::severityChanged);
    }

    @Test
    void whatDoesNotOverlapOrIsAboutSomethingElseIsOneOldAndOneNew() {
        BacktestTicket a = ticket("a", Severity.MINOR, 100, 110, 200);
        BacktestTicket later = ticket("a", Severity.MINOR, 300, 310, 400);
        BacktestTicket other = ticket("b", Severity.MINOR, 100, 110, 200);

        Difference difference = Difference.of(List.of(a), List.of(later, other));

        assertThat(difference.onlyOld()).containsExactly(a);
        assertThat(difference.onlyNew()).containsExactly(later, other);
    }

    /** One long ticket that a shorter delay breaks into three: one of them is it, the others are new. */
    @Test
    void oneTicketMatchesOnlyOnce() {
        BacktestTicket whole = ticket("a", Severity.MINOR, 100, 110, 400);
        List<BacktestTicket> parts = List.of(
                ticket("a", Severity.MINOR, 100, 110, 200),
                ticket("a", Severity.MINOR, 250, 260, 300),
                ticket("a", Severity.MINOR, 350, 360, 400));

        Difference difference = Difference.of(List.of(whole), parts);

        assertThat(difference.same()).isEqualTo(1);
        assertThat(difference.onlyNew()).hasSize(2);
        assertThat(difference.onlyOld()).isEmpty();
    }
}
