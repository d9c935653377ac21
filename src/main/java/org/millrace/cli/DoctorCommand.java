package org.millrace.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.millrace.doctor.Doctor;
import org.millrace.doctor.Finding;
import org.millrace.doctor.Finding.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        description = "Examines journal and stores of a data folder, and repairs a damaged journal.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:sound (warnings are allowed)", "1:something is broken", "2:usage"})
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    HomeOptions home = new HomeOptions();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder of journal and stores (default: $MILLRACE_DATA, else data/ in the home folder).")
    @Nullable
    Path data;

    @Option(
            names = "--repair",
            description = "Save every readable entry of the journal into a new file; the old one is kept."
                    + " The hub must be stopped.")
    boolean repair;

    @Option(names = "--json", description = "One JSON object with all findings.")
    boolean json;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        Doctor doctor = new Doctor(DataOptions.resolve(data, home::resolve), InstantSource.system());
        List<Finding> findings = new ArrayList<>();
        if (repair) {
            findings.addAll(doctor.repair());
        }
        findings.addAll(doctor.examine());
        boolean sound = findings.stream().noneMatch(finding -> finding.level() == Level.FAIL);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(json(findings, sound));
        } else {
            findings.forEach(finding -> out.print(text(finding)));
            out.println(sound ? "sound" : "NOT SOUND");
        }
        return sound ? 0 : 1;
    }

    private static String text(Finding finding) {
        String line = String.format(
                Locale.ROOT,
                "%-4s  %-12s  %s%n",
                finding.level().name().toLowerCase(Locale.ROOT),
                finding.area(),
                finding.text());
        return finding.hint().isEmpty()
                ? line
                : line + " ".repeat(20) + "hint: " + finding.hint() + System.lineSeparator();
    }

    private static String json(List<Finding> findings, boolean sound) throws Exception {
        JsonMapper mapper = JsonMapper.builder().build();
        ObjectNode root = mapper.createObjectNode().put("sound", sound);
        ArrayNode array = root.putArray("findings");
        for (Finding finding : findings) {
            array.addObject()
                    .put("level", finding.level().name().toLowerCase(Locale.ROOT))
                    .put("area", finding.area())
                    .put("text", finding.text())
                    .put("hint", finding.hint());
        }
        return mapper.writeValueAsString(root);
    }
}
