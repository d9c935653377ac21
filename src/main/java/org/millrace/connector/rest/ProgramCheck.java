package org.millrace.connector.rest;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.millrace.config.DidYouMean;
import org.millrace.config.Positions;
import org.millrace.config.Problem;
import org.millrace.connector.rest.Jq.BadJq;

/** Checks the jq programs of a file: syntax, and names that nobody defines. */
final class ProgramCheck {
    private static final Pattern SETTING = Pattern.compile("\\$settings\\.([A-Za-z_][A-Za-z0-9_]*)");

    private final SystemFile file;
    private final Positions positions;
    private final List<Problem> problems;
    private final Set<String> functions = Jq.functions();

    ProgramCheck(SystemFile file, Positions positions, List<Problem> problems) {
        this.file = file;
        this.positions = positions;
        this.problems = problems;
    }

    /** @param variables that the program may name */
    void check(Record of, String key, String text, Set<String> variables) {
        try {
            Jq.compile(text);
        } catch (BadJq e) {
            problems.add(positions.within(of, key, e.offset).error(e.getMessage(), "jq 1.7; every if needs its else"));
            return;
        }
        List<JqNames.Name> names = JqNames.free(text);
        for (JqNames.Name name : names) {
            Set<String> known = name.variable() ? variables : functions;
            if (!known.contains(name.text())) {
                String said = name.variable()
                        ? "the variable $" + name.text() + " has no value here"
                        : "jq has no function '" + name.text() + "' here";
                problems.add(positions
                        .within(of, key, name.offset())
                        .error(said, DidYouMean.hint(name.text(), shown(known))));
            }
        }
        Matcher setting = SETTING.matcher(text);
        while (setting.find()) {
            if (!file.settings().containsKey(setting.group(1))) {
                problems.add(positions
                        .within(of, key, setting.start())
                        .error(
                                "$settings." + setting.group(1) + " is not among settings",
                                DidYouMean.hint(
                                        setting.group(1), file.settings().keySet())));
            }
        }
        boolean secretless = file.auth().secret().isEmpty();
        names.stream()
                .filter(name -> secretless && name.variable() && name.text().equals("secret"))
                .findFirst()
                .ifPresent(name -> problems.add(positions
                        .within(of, key, name.offset())
                        .error("$secret needs auth.secret", "secret: \"{{file-secret:name}}\"")));
    }

    private static Set<String> shown(Set<String> names) {
        Set<String> shown = new TreeSet<>(names);
        shown.removeIf(name -> !Character.isLetter(name.charAt(0)));
        return shown;
    }
}
