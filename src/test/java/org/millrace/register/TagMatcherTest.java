package org.millrace.register;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.millrace.register.TagMatcher.Candidate;
import org.millrace.register.TagMatcher.Machine;
import org.millrace.register.TagMatcher.Proposal;
import org.millrace.register.TagMatcher.Signal;

/** Against signals whose machine is known: a confident proposal is right, and most that can be told are told. */
class TagMatcherTest {
    private static final Path SAMPLES = Path.of("src/test/resources/register");

    private static List<String[]> rows(String file) throws IOException {
        return Files.readAllLines(SAMPLES.resolve(file)).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split("\t"))
                .toList();
    }

    private static TagMatcher matcher() throws IOException {
        return new TagMatcher(rows("machines.tsv").stream()
                .map(row -> new Machine(row[0], row[1], row[2], List.of(row[3]), Set.of(), Set.of()))
                .toList());
    }

    @Test
    void noConfidentProposalIsWrongAndNineOfTenThatNamesTellAreFound() throws IOException {
        List<String[]> known = rows("signals.tsv");
        List<Proposal> proposals = matcher()
                .propose(known.stream()
                        .map(row -> new Signal("s", "", row[0], row[0]))
                        .toList());
        List<String> wrong = new ArrayList<>();
        int right = 0;
        for (int i = 0; i < known.size(); i++) {
            String expected = known.get(i)[1];
            String said = proposals.get(i).confident().map(Candidate::machine).orElse("-");
            if (said.equals(expected)) {
                right += said.equals("-") ? 0 : 1;
            } else if (!said.equals("-")) {
                wrong.add(known.get(i)[0] + ": " + proposals.get(i).candidates());
            }
        }
        long tellable = known.stream().filter(row -> !row[1].equals("-")).count();
        assertThat(known).hasSizeGreaterThan(60);
        assertThat(wrong).as("confident and wrong").isEmpty();
        assertThat(right).as("of " + tellable).isGreaterThanOrEqualTo((int) Math.ceil(0.9 * tellable));
    }

    @Test
    void whatIsNearlyTheSameIsShownWithItsReasonButNotProposed() throws IOException {
        Proposal number = matcher()
                .propose(List.of(new Signal("s", "", "TT-101.PV", "TT-101.PV")))
                .getFirst();
        assertThat(number.confident()).isEmpty();
        assertThat(number.candidates()).extracting(Candidate::why).allMatch(why -> why.contains("only the number 101"));

        Proposal phase = matcher()
                .propose(List.of(new Signal("s", "", "P101_A_PHASE", "P101_A_PHASE")))
                .getFirst();
        assertThat(phase.confident()).isEmpty();
        assertThat(phase.candidates()).extracting(Candidate::machine).contains("P-101", "P-101-A");
    }

    @Test
    void aDeviceThatFeedsOneMachineIsThatMachines() {
        TagMatcher matcher = new TagMatcher(List.of(
                new Machine("P-101", "Pump", "a/b/p-101", List.of(), Set.of("field/24e1"), Set.of("battery")),
                new Machine("P-102", "Pump", "a/b/p-102", List.of(), Set.of("field/77aa"), Set.of()),
                new Machine("P-103", "Pump", "a/b/p-103", List.of(), Set.of("field/77aa"), Set.of())));
        List<Proposal> proposals = matcher.propose(List.of(
                new Signal("field", "24e1", "battery", "battery"),
                new Signal("field", "24e1", "battery", "battery"),
                new Signal("field", "77aa", "temp", "temp")));
        assertThat(proposals.get(0).confident()).map(Candidate::machine).contains("P-101");
        assertThat(List.of(proposals.get(0).tag(), proposals.get(1).tag())).containsExactly("battery_2", "battery_3");
        assertThat(proposals.get(2).confident()).as("a device of two machines").isEmpty();
    }

    @Test
    void theTagIsNamedForWhatIsLeftOfTheName() throws IOException {
        assertThat(matcher()
                        .propose(List.of(
                                new Signal("s", "", "x", "PLC7.P101_BEARING_TEMP"),
                                new Signal("s", "", "y", "PLC7.P101"))))
                .extracting(Proposal::tag)
                .containsExactly("bearing_temp", "value");
    }
}
