package org.millrace.register;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.millrace.register.Tokens.Token;

/**
 * Proposes which signal belongs to which machine, by their names. A proposal says why; above {@link #CONFIDENT} there is
 * no second candidate. It guesses nothing from values.
 */
public final class TagMatcher {
    /** From here on a proposal may be pasted after a look; below, a person decides. */
    public static final double CONFIDENT = 0.8;

    /** Below this a likeness is no proposal. */
    public static final double LEAST = 0.4;

    private static final int MOST_CANDIDATES = 3;
    private static final int SHORTEST_NUMBER = 5;
    private static final int SHORTEST_CODE = 3;
    private static final int SHORTEST_PREFIX = 4;
    private static final Set<String> COMMON = Set.of(
            "the", "of", "and", "no", "nr", "for", "de", "du", "la", "le", "les", "des", "der", "die", "das", "und",
            "line", "main", "unit", "machine");

    /**
     * @param numbers what the maintenance system calls it
     * @param devices {@code source/device} of the signals it has already
     * @param tags names of its tags
     */
    public record Machine(
            String id, String name, String path, List<String> numbers, Set<String> devices, Set<String> tags) {}

    /**
     * @param device empty where the source has none
     * @param field payload field, OPC UA node or PLC address, as a tag names it
     * @param name what people read: the device and field, or the path a server shows
     */
    public record Signal(String source, String device, String field, String name) {}

    /** @param score 0…1; @param why for people */
    public record Candidate(String machine, double score, String why) {}

    /** @param candidates best first, at most three; none when nothing is alike */
    public record Proposal(Signal signal, List<Candidate> candidates, String tag) {
        /** The machine, when there is one and only one to think of. */
        public Optional<Candidate> confident() {
            return candidates.stream().findFirst().filter(best -> best.score() >= CONFIDENT);
        }
    }

    private record Known(Machine machine, Tokens id, Tokens name, List<Tokens> numbers) {}

    private record Match(Known known, double score, String why, int from, int size, boolean code) {}

    private final List<Known> machines;
    private final Map<String, Set<String>> ofDevice = new HashMap<>();
    private final Map<String, Set<String>> tags = new HashMap<>();

    public TagMatcher(List<Machine> machines) {
        this.machines = machines.stream()
                .map(machine -> new Known(
                        machine,
                        Tokens.of(machine.id()),
                        Tokens.of(machine.name()),
                        machine.numbers().stream().map(Tokens::of).toList()))
                .toList();
        for (Machine machine : machines) {
            tags.put(machine.id(), new HashSet<>(machine.tags()));
            machine.devices()
                    .forEach(device -> ofDevice.computeIfAbsent(device, key -> new HashSet<>())
                            .add(machine.id()));
        }
    }

    /** One proposal for each signal, in their order. Tag names are unique within a machine, also among the proposed. */
    public List<Proposal> propose(List<Signal> signals) {
        return signals.stream().map(this::propose).toList();
    }

    private Proposal propose(Signal signal) {
        Tokens said = Tokens.of(readable(signal.name()));
        List<Match> matches = new ArrayList<>();
        for (Known known : machines) {
            best(known, said, signal).filter(match -> match.score() >= LEAST).ifPresent(matches::add);
        }
        matches.sort(Comparator.comparingDouble(Match::score).reversed());
        List<Match> left = withoutShorter(matches, said);
        boolean alone = left.size() < 2 || left.get(0).score() - left.get(1).score() > 0.15;
        List<Candidate> candidates = left.stream()
                .limit(MOST_CANDIDATES)
                .map(match -> candidate(match, alone))
                .toList();
        Optional<Match> first = left.stream().findFirst();
        String machine = first.map(match -> match.known().machine().id()).orElse("");
        boolean sure = !candidates.isEmpty() && candidates.getFirst().score() >= CONFIDENT;
        String tag = tagName(said, first);
        return new Proposal(signal, candidates, sure ? unique(machine, tag) : tag);
    }

    private static Candidate candidate(Match match, boolean alone) {
        double score = alone ? match.score() : Math.min(match.score(), CONFIDENT - 0.1);
        String why = alone ? match.why() : match.why() + "; another machine fits nearly as well";
        return new Candidate(match.known().machine().id(), Math.round(score * 100) / 100.0, why);
    }

    private Optional<Match> best(Known known, Tokens said, Signal signal) {
        List<Match> found = new ArrayList<>();
        Set<String> owners = ofDevice.getOrDefault(signal.source() + "/" + signal.device(), Set.of());
        if (!signal.device().isEmpty() && owners.equals(Set.of(known.machine().id()))) {
            found.add(
                    new Match(known, 0.9, "its device feeds " + known.machine().id() + " already", 0, 0, false));
        }
        code(known, said).ifPresent(found::add);
        for (Tokens number : known.numbers()) {
            int at = said.find(number);
            if (at >= 0 && number.characters() >= SHORTEST_NUMBER && number.hasNumber()) {
                found.add(new Match(
                        known,
                        0.95,
                        "\"" + said.written(at, number.size()) + "\" is its number in the register",
                        at,
                        number.size(),
                        true));
            }
        }
        byName(known, said).ifPresent(found::add);
        return found.stream().max(Comparator.comparingDouble(Match::score));
    }

    /** The id as a run of whole tokens, so that P-101 is neither P1010 nor SP101. */
    private static Optional<Match> code(Known known, Tokens said) {
        Tokens id = known.id();
        int at = said.find(id);
        if (at < 0) {
            return id.size() > 1 ? numberOnly(known, said) : Optional.empty();
        }
        String why = "\"" + said.written(at, id.size()) + "\" is its id";
        if (!id.hasNumber()) {
            return Optional.of(new Match(known, 0.6, why + ", which has no number", at, id.size(), true));
        }
        if (id.characters() < SHORTEST_CODE || id.size() < 2) {
            return Optional.of(new Match(known, 0.65, why + ", which is short", at, id.size(), true));
        }
        if (goesOn(said, at + id.size())) {
            return Optional.of(new Match(
                    known,
                    0.7,
                    why + ", but \"" + said.written(at, id.size() + 1) + "\" may be another one",
                    at,
                    id.size(),
                    true));
        }
        return Optional.of(new Match(known, said.zeros(at, id.size()) ? 0.85 : 0.95, why, at, id.size(), true));
    }

    /** P101A is a machine of its own, or its phase A; P_101_102 is a pair, or the second of three: who knows. */
    private static boolean goesOn(Tokens said, int behind) {
        return behind < said.size()
                && (said.list().get(behind).number()
                        || said.list().get(behind).joined() && said.text(behind).length() == 1);
    }

    private static Optional<Match> numberOnly(Known known, Tokens said) {
        for (Token token : known.id().list()) {
            for (int i = 0; token.number() && token.text().length() > 1 && i < said.size(); i++) {
                if (said.text(i).equals(token.text())) {
                    return Optional.of(
                            new Match(known, 0.45, "only the number " + token.text() + " is the same", i, 1, false));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Match> byName(Known known, Tokens said) {
        List<Token> words = known.name().list().stream()
                .filter(token -> token.number() || token.text().length() > 2 && !COMMON.contains(token.text()))
                .toList();
        List<Integer> places = new ArrayList<>();
        int abbreviated = 0;
        for (Token word : words) {
            int at = place(said, word);
            if (at >= 0 && !places.contains(at)) {
                places.add(at);
                abbreviated += said.text(at).equals(word.text()) ? 0 : 1;
            }
        }
        if (places.isEmpty() || words.isEmpty()) {
            return Optional.empty();
        }
        boolean all = places.size() == words.size();
        boolean numbers = words.stream().filter(Token::number).allMatch(number -> place(said, number) >= 0);
        int from = places.stream().min(Integer::compare).orElse(0);
        int last = places.stream().max(Integer::compare).orElse(0);
        boolean run = last - from + 1 == places.size();
        boolean numberFollows = last + 1 < said.size()
                && said.list().get(last + 1).number()
                && words.stream().noneMatch(Token::number);
        double score = 0.7 * places.size() / words.size();
        if (all && run && words.size() > 1 && abbreviated == 0 && !numberFollows) {
            score = 0.85;
        } else if (!numbers || numberFollows) {
            score = Math.min(score, 0.5);
        }
        String why = (all ? "its whole name" : places.size() + " of " + words.size() + " words of its name")
                + (numberFollows ? ", but with a number of its own" : numbers ? "" : ", but not its number");
        return Optional.of(new Match(known, score, why, from, last - from + 1, false));
    }

    /** Where a word stands; a beginning of four letters and more stands for it: temp, comp, hydr. */
    private static int place(Tokens said, Token word) {
        int prefix = -1;
        for (int i = 0; i < said.size(); i++) {
            if (said.text(i).equals(word.text())) {
                return i;
            }
            if (!word.number()
                    && said.text(i).length() >= SHORTEST_PREFIX
                    && word.text().startsWith(said.text(i))) {
                prefix = i;
            }
        }
        return prefix;
    }

    /** P-101-A takes P101A from P-101; where it is written apart, P101_A, it may be phase A: then nobody is sure. */
    private static List<Match> withoutShorter(List<Match> matches, Tokens said) {
        List<Match> left = new ArrayList<>();
        for (Match one : matches) {
            boolean inside = matches.stream()
                    .anyMatch(other -> other.code()
                            && one.code()
                            && other.size() > one.size()
                            && one.from() >= other.from()
                            && one.from() + one.size() <= other.from() + other.size()
                            && said.together(other.from() + one.size() - 1, other.size() - one.size() + 1));
            boolean weaker = one.score() < 0.5
                    && matches.getFirst().score() >= CONFIDENT; // a number in common beside a whole id
            if (!inside && !weaker) {
                left.add(one);
            }
        }
        return left;
    }

    /** What an OPC UA node id or an address says to people. */
    private static String readable(String name) {
        String text = name.replaceFirst("^nsu=[^;]*;", "").replaceFirst("^ns=\\d+;", "");
        return text.replaceFirst("^[sigb]=", "");
    }

    /** What stands behind the machine is what is measured; what stands before it mostly is where it hangs (PLC7). */
    private static String tagName(Tokens said, Optional<Match> match) {
        int from = match.map(Match::from).orElse(0);
        int behind = match.map(found -> found.from() + found.size()).orElse(0);
        List<Token> words = said.list().subList(behind, said.size());
        if (words.isEmpty() && said.list().subList(0, from).stream().noneMatch(Token::number)) {
            words = said.list().subList(0, from);
        }
        String name = words.stream().map(Token::text).collect(Collectors.joining("_"));
        return name.isEmpty() ? "value" : Character.isDigit(name.charAt(0)) ? "_" + name : name;
    }

    private String unique(String machine, String wanted) {
        Set<String> used = tags.computeIfAbsent(machine, key -> new HashSet<>());
        String name = wanted;
        for (int i = 2; !used.add(name); i++) {
            name = wanted + "_" + i;
        }
        return name;
    }
}
