package org.millrace.source.file;

import java.nio.charset.Charset;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.millrace.config.Default;
import org.millrace.config.Doc;
import org.millrace.config.Kind;
import org.millrace.source.table.LongForm;
import org.millrace.source.table.RowMapping;
import org.millrace.source.table.TimeColumn;

@Kind("FileSource")
@Doc("A folder of CSV files, as loggers write them or FTP and SMB bring them.")
public record FileSourceFile(
        @Doc("Id that asset files name in from:.") String id,

        @Doc("The folder; absolute, or relative to the home folder. Folders in it are not looked into.")
        String folder,

        @Doc("Names of the files: * and ? as usual, {csv,txt} for either. Names that begin with a dot are never read.")
        @Default("*.csv")
        String files,

        @Doc("How often the folder is looked at.") @Default("5s")
        Duration poll,

        @Doc("When a file is complete.") Optional<Ready> ready,

        @Doc("Files are read while they are written: every finished line at once, the last one when its line end is"
                + " there. Else a file is read when it is ready.")
        @Default("false")
        boolean grows,

        @Doc("What becomes of a file that was read to its end: leave, move or delete.") @Default("leave")
        After after,

        @Doc("For after: move; a folder in the folder.") @Default(".done")
        String doneFolder,

        @Doc("Encoding: UTF-8, windows-1252, ISO-8859-1, …; not UTF-16.") @Default("UTF-8")
        String charset,

        @Doc("One character, or tab.") @Default(",") String separator,

        @Doc("Sign before the decimals: \".\" or \",\".") @Default(".")
        String decimal,

        @Doc("Around cells that hold the separator; doubled inside. none: a quote is a character like any other.")
        @Default("\"")
        String quote,

        @Doc("Lines before the header, or before the first row.") @Default("0")
        int skipLines,

        @Doc("Names of the columns, for files without a header line.")
        List<String> columns,

        @Doc("Lines between the header and the first row, such as a line of units.") @Default("0")
        int skipBelowHeader,

        @Doc("When: without it a value has the time at which it was read.")
        Optional<TimeColumn> time,

        @Doc("Device of all values, as tags name it.") @Default("")
        String device,

        @Doc("Column that names the device.") Optional<String> deviceColumn,

        @Doc("Regular expression whose first group, found in the file's name, is the device: ^(press-\\d+)_")
        Optional<String> deviceFromName,

        @Doc("For files with one value a row; without it every column is a signal.")
        Optional<LongForm> long_,

        @Doc("Columns that are not signals.") List<String> ignore,

        @Doc("Cells that say there is no value, e.g. [\"-\", \"NaN\"]; an empty cell always does.")
        List<String> missing,

        @Doc("Lines handed over together.") @Default("1000") int batch,

        @Doc("Without a new line for this long the source is shown as down: the logger or the copying has stopped.")
        Optional<Duration> silentAfter) {

    /** What becomes of a file that was read. */
    public enum After {
        leave,
        move,
        delete
    }

    public record Ready(
            @Doc("Neither size nor time have changed for this long.") @Default("10s")
            Duration age,

            @Doc("A file that is written when the other is complete, e.g. \"{name}.done\" or \"{base}.ok\" ({base} is"
                    + " the name without its last part); then age does not count.")
            Optional<String> marker) {}

    Duration readyAge() {
        return ready.map(Ready::age).orElse(Duration.ofSeconds(10));
    }

    Optional<String> marker(String name) {
        int dot = name.lastIndexOf('.');
        return ready.flatMap(Ready::marker)
                .map(text -> text.replace("{name}", name).replace("{base}", dot < 0 ? name : name.substring(0, dot)));
    }

    char separatorSign() {
        return separator.equals("tab") ? '\t' : separator.charAt(0);
    }

    Charset encoding() {
        return Charset.forName(charset);
    }

    RowMapping.Layout layout() {
        Set<String> none = new HashSet<>();
        missing.forEach(word -> none.add(word.strip()));
        return new RowMapping.Layout(time, deviceColumn, long_, new HashSet<>(ignore), none, decimal.charAt(0));
    }
}
