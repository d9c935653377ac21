package org.millrace.source.file;

import java.nio.charset.Charset;
import java.nio.file.FileSystems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.millrace.config.Positions;
import org.millrace.config.Problem;
import org.millrace.source.table.TableCheck;

/** What can be told of a folder of files without the folder. */
public final class FileSourceCheck {
    private static final Duration LEAST_POLL = Duration.ofMillis(100);
    private static final int MOST_BATCH = 100_000;

    private final FileSourceFile file;
    private final Positions positions;
    private final List<Problem> problems = new ArrayList<>();

    private FileSourceCheck(FileSourceFile file, Positions positions) {
        this.file = file;
        this.positions = positions;
    }

    public static List<Problem> problems(FileSourceFile file, Positions positions) {
        FileSourceCheck check = new FileSourceCheck(file, positions);
        check.folder();
        check.form();
        check.rows();
        return check.problems;
    }

    private void error(String key, String message, String hint) {
        problems.add(positions.of(file, key).error(message, hint));
    }

    private void folder() {
        if (file.folder().isBlank()) {
            error("folder", "the folder has no name", "folder: /data/press-log");
        }
        try {
            FileSystems.getDefault().getPathMatcher("glob:" + file.files());
        } catch (PatternSyntaxException e) {
            error("files", "'" + file.files() + "' is not a pattern for names: " + e.getDescription(), "e.g. *.csv");
        }
        if (file.files().contains("/") || file.files().contains("\\")) {
            error("files", "'" + file.files() + "' names a folder", "write the folder in folder:, names here");
        }
        if (file.poll().compareTo(LEAST_POLL) < 0) {
            error("poll", "the folder would be looked at without a pause", "at least 100ms; 5s is usual");
        }
        file.ready().ifPresent(ready -> {
            if (ready.age().isNegative()) {
                problems.add(positions.of(ready, "age").error("an age below nothing", "e.g. 10s"));
            }
            ready.marker().ifPresent(marker -> marker(ready, marker));
        });
        if (file.grows() && file.after() != FileSourceFile.After.leave) {
            error(
                    "after",
                    "a file that grows has no end at which to " + file.after() + " it",
                    "remove after, or grows; loggers rotate their files themselves");
        }
        if (file.doneFolder().isBlank()
                || !file.doneFolder().matches("[A-Za-z0-9._-]+")
                || file.doneFolder().equals("..")) {
            error("done_folder", "'" + file.doneFolder() + "' is not a folder in the folder", "e.g. .done");
        }
        file.silentAfter()
                .filter(d -> d.compareTo(file.poll()) <= 0)
                .ifPresent(d -> error(
                        "silent_after",
                        "the folder is looked at less often than that",
                        "longer than poll and than files come"));
    }

    private void marker(FileSourceFile.Ready ready, String marker) {
        boolean named = marker.contains("{name}") || marker.contains("{base}");
        if (!named || marker.contains("/") || marker.equals("{name}")) {
            problems.add(positions
                    .of(ready, "marker")
                    .error(
                            "'" + marker + "' does not say which file it is for",
                            "write e.g. \"{name}.done\" or \"{base}.ok\""));
        }
        if (file.grows()) {
            problems.add(positions
                    .of(ready, "marker")
                    .error("a file that grows is never complete", "remove marker, or grows"));
        }
    }

    private void form() {
        try {
            String name = Charset.forName(file.charset()).name();
            if (name.startsWith("UTF-16") || name.startsWith("UTF-32") || name.startsWith("x-UTF-")) {
                error(
                        "charset",
                        "files in " + name + " can't be read line by line",
                        "let the logger write UTF-8 or windows-1252");
            }
        } catch (IllegalArgumentException e) {
            error("charset", "'" + file.charset() + "' is not an encoding", "UTF-8, windows-1252, ISO-8859-1, …");
        }
        if (file.separator().length() != 1 && !file.separator().equals("tab")) {
            error("separator", "'" + file.separator() + "' is not one character", "e.g. \";\", or tab");
        }
        if (!Set.of(".", ",").contains(file.decimal())) {
            error("decimal", "'" + file.decimal() + "' does not stand before decimals", "\".\" or \",\"");
        } else if (file.decimal().equals(file.separator())) {
            error("decimal", "decimals and cells have the same sign", "separator: \";\"");
        }
        if (file.quote().length() != 1 && !file.quote().equals("none")
                || file.quote().equals(file.separator())) {
            error("quote", "'" + file.quote() + "' is not a quote", "one character, or none");
        }
    }

    private void rows() {
        if (file.skipLines() < 0 || file.skipBelowHeader() < 0) {
            error(file.skipLines() < 0 ? "skip_lines" : "skip_below_header", "fewer than no lines", "0 or more");
        }
        if (!file.columns().isEmpty() && file.skipBelowHeader() > 0) {
            error("skip_below_header", "with columns there is no header line", "use skip_lines");
        }
        if (file.batch() < 1 || file.batch() > MOST_BATCH) {
            error("batch", "batch is " + file.batch(), "1 to " + MOST_BATCH);
        }
        file.time()
                .ifPresentOrElse(
                        time -> TableCheck.time(time, positions, problems),
                        () -> problems.add(positions
                                .of(file, "id")
                                .warning(
                                        "without time: every value has the time at which its line was read",
                                        "write time: { column: ..., format: ..., zone: ... }")));
        file.deviceFromName().ifPresent(this::deviceFromName);
        if (file.deviceColumn().isPresent() && file.deviceFromName().isPresent()) {
            error("device_from_name", "the device comes from a column already", "remove one of them");
        }
        if (!file.columns().isEmpty()) {
            columns();
        }
    }

    private void columns() {
        List<String> named = new ArrayList<>();
        file.time().ifPresent(time -> {
            named.add(time.column());
            time.clockColumn().ifPresent(named::add);
        });
        file.deviceColumn().ifPresent(named::add);
        file.long_().ifPresent(form -> {
            named.add(form.signal());
            named.add(form.value());
            form.quality().ifPresent(named::add);
        });
        named.addAll(file.ignore());
        for (String name : named) {
            if (!file.columns().contains(name)) {
                error(
                        "columns",
                        "there is no column '" + name + "'",
                        org.millrace.config.DidYouMean.hint(name, file.columns()));
            }
        }
    }

    private void deviceFromName(String text) {
        try {
            if (Pattern.compile(text).matcher("").groupCount() < 1) {
                error("device_from_name", "'" + text + "' has no group", "put brackets around the device's part");
            }
        } catch (PatternSyntaxException e) {
            error("device_from_name", "'" + text + "' is not a regular expression: " + e.getDescription(), "");
        }
    }
}
