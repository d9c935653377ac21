package org.millrace.source.file;

import static java.nio.file.StandardOpenOption.APPEND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.source.SourceBatch;
import org.millrace.source.TableRig;

/** Real files in a real folder, written as loggers and copying programs write them. */
@Timeout(120)
class FileSourceIT {
    private static final String GROWS = "grows: true\n";
    private static final String HEADER = "ts,temp\n";

    @TempDir
    Path temporary;

    private final TableRig rig = new TableRig();
    private final List<FileSource> started = new ArrayList<>();
    private Path folder;

    @BeforeEach
    void folder() throws IOException {
        folder = Files.createDirectory(temporary.resolve("log"));
    }

    @AfterEach
    void stop() {
        started.forEach(FileSource::close);
    }

    private FileSource start(String more) throws IOException {
        String yaml = "kind: FileSource\nid: rig\nfolder: log\npoll: 100ms\n"
                + (more.contains("ready:") ? "" : "ready: { age: 200ms }\n")
                + (more.contains("time:") ? "" : "time: { column: ts, zone: UTC }\n") + more;
        FileSourceFile file = TableRig.config(FileSourceFile.class, temporary, yaml);
        FileSource source =
                new FileSource(file, folder, (device, field) -> field.equals("temp"), rig.places(), Clock.systemUTC());
        started.add(source);
        source.start(rig::receive);
        return source;
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private void append(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text, APPEND);
    }

    private static String line(int n) {
        return String.format("2026-11-22 18:%02d:%02d,%d%n", n / 60, n % 60, n).replace("\r", "");
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    private void awaitValues(List<String> values) {
        await().untilAsserted(() -> assertThat(rig.values()).isEqualTo(values));
    }

    @Test
    void aGermanLogIsReadWithItsEncodingDecimalCommaAndTwoTimeColumns() throws IOException {
        Files.write(
                folder.resolve("22.csv"),
                "Datum;Zeit;Öl;temp;Text\r\n22.11.2026;18:00:00;48,5;3;\"offen; läuft\"\r\n22.11.2026;18:00:01;;4;zu"
                        .getBytes(Charset.forName("windows-1252")));
        start(
                "charset: windows-1252\nseparator: \";\"\ndecimal: \",\"\ndevice: p-3\n"
                        + "time: { column: Datum, clock_column: Zeit, format: \"dd.MM.yyyy HH:mm:ss\", zone: Europe/Berlin }\n");

        await().untilAsserted(() -> assertThat(rig.told())
                .containsExactly(
                        "p-3.Öl=48.5@2026-11-22T17:00:00Z",
                        "p-3.temp=3@2026-11-22T17:00:00Z",
                        "p-3.Text=offen; läuft@2026-11-22T17:00:00Z",
                        "p-3.temp=4@2026-11-22T17:00:01Z",
                        "p-3.Text=zu@2026-11-22T17:00:01Z"));
        assertThat(rig.letters).isEmpty();
    }

    @Test
    void aGrowingFileIsReadLineByLineAndAHalfLineWaitsForItsEnd() throws IOException {
        write("a.csv", HEADER + line(0));
        FileSource source = start(GROWS);
        awaitValues(numbers(0, 1));
        append("a.csv", "2026-11-22 18:00:01,1");
        await().untilAsserted(() -> assertThat(source.status().detail()).contains("no end yet"));
        append("a.csv", "7\n" + line(2));

        awaitValues(List.of("0", "17", "2"));
        assertThat(source.status().up()).isTrue();
        assertThat(source.status().received()).isEqualTo(3);
    }

    @Test
    void aBadLineIsADeadLetterWithItsPlaceAndDoesNotStopTheFile() throws IOException {
        write(
                "a.csv",
                HEADER + line(0) + "yesterday,1\n2026-11-22 18:00:02,2,x\n\n2026-11-22 18:00:03,\"3\n"
                        + "2026-11-22 18:00:04,hot\n" + line(5));
        start("");

        awaitValues(List.of("0", "5"));
        await().untilAsserted(() -> assertThat(rig.letters).hasSize(4));
        assertThat(rig.letters)
                .extracting(letter -> letter.payload().topic())
                .containsExactly("a.csv:3:1", "a.csv:4:23", "a.csv:6:22", "a.csv:7:21");
        assertThat(rig.letters)
                .extracting(SourceBatch.Undecodable::reason)
                .containsExactly("bad-time", "malformed", "malformed", "wrong-type");
        assertThat(rig.letters.getFirst().detail())
                .isEqualTo("a.csv:3:1: the time 'yesterday' is not ISO 8601 or an epoch number. correct time.format");
        assertThat(rig.letters.getFirst().payload().bytes()).asString().isEqualTo("ts,temp\nyesterday,1");
    }

    @Test
    void aDeadLetterCanBeReplayedByItself() throws IOException {
        write("a.csv", HEADER + "2026-11-22 18:00:00,\"4,5\"\n");
        start("");
        await().untilAsserted(() -> assertThat(rig.letters).hasSize(1));
        SourceBatch.Payloads letter = new SourceBatch.Payloads(
                "rig", 1, List.of(rig.letters.getFirst().payload()));
        FileSourceFile corrected = TableRig.config(
                FileSourceFile.class,
                temporary,
                "kind: FileSource\nid: rig\nfolder: log\ndecimal: \",\"\ntime: { column: ts, zone: UTC }\n");

        SourceBatch.Readings again = LineDecoder.replay(corrected, letter, (d, f) -> true);

        assertThat(again.undecodable()).isEmpty();
        assertThat(again.readings()).singleElement().satisfies(r -> {
            assertThat(r.field()).isEqualTo("temp");
            assertThat(r.value().number()).isEqualTo(4.5);
        });
    }

    @Test
    void aSourceMadeAnewReadsOnWhereTheOneBeforeStood() throws IOException {
        write("a.csv", HEADER + line(0) + line(1));
        FileSource first = start(GROWS);
        awaitValues(numbers(0, 2));
        first.close();
        append("a.csv", line(2));
        write("b.csv", HEADER + line(3));
        start(GROWS);

        awaitValues(numbers(0, 4));
    }

    @Test
    void aRotatedFileIsReadToItsEndUnderItsNewNameBeforeTheOneThatTookItsPlace() throws IOException {
        Path log = write("log.csv", HEADER + line(0));
        FileSource first = start(GROWS);
        awaitValues(numbers(0, 1));
        first.close();
        append("log.csv", line(1));
        Files.move(log, folder.resolve("log.csv.1"));
        write("log.csv", HEADER + line(2));
        FileSource second = start(GROWS);
        awaitValues(numbers(0, 3));
        Files.move(folder.resolve("log.csv.1"), folder.resolve("log.csv.2"));
        Files.move(log, folder.resolve("log.csv.1"));
        write("log.csv", HEADER + line(3));

        awaitValues(numbers(0, 4));
        assertThat(second.status().up()).isTrue();
    }

    @Test
    void aTruncatedOrReplacedFileIsReadFromItsBeginning() throws IOException {
        write("a.csv", HEADER + line(0) + line(1) + line(2));
        start(GROWS);
        awaitValues(numbers(0, 3));
        write("a.csv", HEADER + line(3));
        awaitValues(numbers(0, 4));
        // longer than before and with the same header: only its bytes tell that it is another one
        write("a.csv", HEADER + line(4) + line(5));

        awaitValues(numbers(0, 6));
    }

    @Test
    void aFileThatIsCopiedInPartsIsReadOnceWhenItIsComplete() throws IOException {
        FileSource source = start("ready: { age: 3s }\nafter: move\n");
        write("a.csv", HEADER + line(0));
        await().untilAsserted(() -> assertThat(source.status().detail()).contains("1 not complete yet"));
        append("a.csv", line(1) + "2026-11-22 18:00:02,2"); // no line end: the copy is complete without it

        awaitValues(numbers(0, 3));
        await().untilAsserted(() -> assertThat(folder.resolve(".done/a.csv")).exists());
        assertThat(folder.resolve("a.csv")).doesNotExist();
        assertThat(rig.batches()).isEqualTo(1);
        await().untilAsserted(() -> assertThat(rig.memory.load()).doesNotContainKey("place a.csv"));
    }

    @Test
    void aMarkerSaysThatAFileIsComplete() throws IOException {
        write("a.csv", HEADER + line(0));
        write("b.csv", HEADER + line(1));
        write("b.ok", "");
        start("ready: { marker: \"{base}.ok\" }\nafter: delete\n");
        awaitValues(List.of("1"));
        write("a.ok", "");

        awaitValues(List.of("1", "0"));
        await().untilAsserted(() -> assertThat(folder).isEmptyDirectory());
    }

    @Test
    void theSameNameTwiceIsTwoFilesAndBothAreKept() throws IOException {
        start("after: move\n");
        write("a.csv", HEADER + line(0));
        await().untilAsserted(() -> assertThat(folder.resolve(".done/a.csv")).exists());
        write("a.csv", HEADER + line(1));

        await().untilAsserted(() -> assertThat(folder.resolve(".done/a.csv.2")).exists());
        awaitValues(numbers(0, 2));
    }

    @Test
    void aFileThatIsNotWhatWasSaidIsNamedAndTheOthersAreRead() throws IOException {
        write("a.csv", "Ts,temp\n" + line(0));
        write("b.csv", HEADER + line(1));
        FileSource source = start("");
        awaitValues(List.of("1"));

        await().untilAsserted(() -> assertThat(source.status().detail())
                .startsWith("a.csv:1: there is no column 'ts' (did you mean Ts?); "));
        assertThat(source.status().up()).isFalse();
        write("a.csv", HEADER + line(2));
        awaitValues(List.of("1", "2"));
        await().untilAsserted(() -> assertThat(source.status().up()).isTrue());
    }

    @Test
    void aFolderThatIsAwayIsSaidSoAndUsedWhenItIsBack() throws IOException {
        Files.delete(folder);
        FileSource source = start("");
        await().untilAsserted(() -> assertThat(source.status().detail()).contains("there is no such folder; next try"));
        assertThat(source.status().up()).isFalse();
        Files.createDirectory(folder);
        write("a.csv", HEADER + line(0));

        awaitValues(List.of("0"));
        await().untilAsserted(() -> assertThat(source.status().up()).isTrue());
    }

    @Test
    void silenceIsADetailAndADownSource() throws IOException {
        write("a.csv", HEADER + line(0));
        FileSource source = start(GROWS + "silent_after: 1500ms\n");
        awaitValues(List.of("0"));
        await().untilAsserted(() -> assertThat(source.status().detail()).contains("connected, but nothing new for"));
        assertThat(source.status().up()).isFalse();
        append("a.csv", line(1));

        await().untilAsserted(() -> assertThat(source.status().up()).isTrue());
    }

    @Test
    void whatTheHubDoesNotAcceptIsOfferedAgainAndOnce() throws IOException {
        rig.refuse("the journal is full");
        write("a.csv", HEADER + line(0) + line(1));
        start("batch: 1\n");
        await().untilAsserted(() -> assertThat(rig.memory.load()).containsKey("open"));
        rig.acceptAgain();

        awaitValues(numbers(0, 2));
    }

    @Test
    void aLinkIsNotFollowedOutOfTheFolder() throws IOException {
        Path secret = Files.writeString(temporary.resolve("secret.csv"), HEADER + line(7));
        Files.createSymbolicLink(folder.resolve("a.csv"), secret);
        write("b.csv", HEADER + line(1));
        FileSource source = start("");

        awaitValues(List.of("1"));
        await().untilAsserted(() -> assertThat(source.status().detail()).contains("1 file, all read"));
    }

    @Test
    void wrongBytesAndLinesWithoutEndAreDeadLetters() throws IOException {
        Files.write(
                folder.resolve("a.csv"),
                (HEADER + "2026-11-22 18:00:00,1\u00e9\n").getBytes(Charset.forName("ISO-8859-1")));
        append("a.csv", "x".repeat(LineReader.LONGEST + 10) + "\n" + line(2));
        start("");

        awaitValues(List.of("2"));
        await().untilAsserted(() -> assertThat(rig.letters).hasSize(2));
        assertThat(rig.letters.getFirst().detail())
                .isEqualTo("a.csv:2:22: the byte 0xE9 is not UTF-8. perhaps charset: windows-1252");
        assertThat(rig.letters.getLast().reason()).isEqualTo("too-large");
        assertThat(rig.letters.getLast().payload().bytes().length).isLessThan(2_000);
    }

    @Test
    void unitsBelowTheHeaderAndLinesAboveItAreSkippedAndARepeatedHeaderIsNone() throws IOException {
        write("p-7_x.csv", "Logger 5\nserial 17\nts,temp\n,°C\n" + line(0) + HEADER + line(1));
        start("skip_lines: 2\nskip_below_header: 1\ndevice_from_name: \"^(p-\\\\d+)_\"\n");

        await().untilAsserted(() -> assertThat(rig.told())
                .containsExactly("p-7.temp=0@2026-11-22T18:00:00Z", "p-7.temp=1@2026-11-22T18:00:01Z"));
        assertThat(rig.letters).isEmpty();
    }

    @Test
    void aLargeFileShowsHowFarItIs() throws IOException {
        StringBuilder text = new StringBuilder(HEADER);
        IntStream.range(0, 3_000).forEach(n -> text.append(line(n % 3_600)));
        write("a.csv", text.toString());
        List<String> details = new ArrayList<>();
        String yaml = "kind: FileSource\nid: rig\nfolder: log\nready: { age: 0s }\nbatch: 100\n"
                + "time: { column: ts, zone: UTC }\n";
        FileSource source = new FileSource(
                TableRig.config(FileSourceFile.class, temporary, yaml),
                folder,
                (d, f) -> false,
                rig.places(),
                Clock.systemUTC());
        started.add(source);
        source.start((batch, done) -> {
            details.add(source.status().detail());
            rig.receive(batch, done);
        });

        await().untilAsserted(() -> assertThat(rig.readings).hasSize(3_000));
        assertThat(details).hasSize(30);
        assertThat(details.get(15)).endsWith("reading a.csv: 49 %, line 1,501");
    }
}
