package org.millrace.cli;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.millrace.check.HomeFolder;
import org.millrace.config.JsonSchema;
import org.millrace.config.Kind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "schema",
        description = "Writes the JSON Schema of every kind of document, for editors.",
        mixinStandardHelpOptions = true)
final class SchemaCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "Folder to write <Kind>.schema.json files to.")
    Path dir = Path.of(".");

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        JsonMapper mapper =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        Files.createDirectories(dir);
        for (Class<? extends Record> kind : HomeFolder.KINDS) {
            Kind annotation = kind.getAnnotation(Kind.class);
            Path file = dir.resolve(annotation.value() + ".schema.json");
            Files.writeString(file, mapper.writeValueAsString(JsonSchema.of(kind)) + "\n");
            spec.commandLine().getOut().println(file);
        }
        return 0;
    }
}
