package org.millrace.cli;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.millrace.check.HomeFolder;
import org.millrace.check.ReferencePages;
import org.millrace.config.JsonSchema;
import org.millrace.config.Kind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "schema",
        description = "Writes the JSON Schema of every kind of document, for editors; or their reference pages.",
        mixinStandardHelpOptions = true)
final class SchemaCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "Folder to write <Kind>.schema.json files to.")
    Path dir = Path.of(".");

    @Option(names = "--docs", description = "Write reference pages (Markdown) instead of schemas.")
    boolean docs;

    @Mixin
    HomeOptions home = new HomeOptions();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        Files.createDirectories(dir);
        return docs ? docs() : schemas();
    }

    private int docs() throws Exception {
        for (var page :
                ReferencePages.of(home.resolve().resolve("connectors-config")).entrySet()) {
            Path file = dir.resolve(page.getKey());
            Files.writeString(file, page.getValue());
            spec.commandLine().getOut().println(file);
        }
        return 0;
    }

    private int schemas() throws Exception {
        JsonMapper mapper =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        for (Class<? extends Record> kind : HomeFolder.KINDS) {
            Kind annotation = kind.getAnnotation(Kind.class);
            Path file = dir.resolve(annotation.value() + ".schema.json");
            Files.writeString(file, mapper.writeValueAsString(JsonSchema.of(kind)) + "\n");
            spec.commandLine().getOut().println(file);
        }
        return 0;
    }
}
