package org.millrace.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads a YAML 1.2 file (core schema: {@code on:} and {@code yes} are plain text) of one or more documents into
 * {@link YamlNode}s. Refuses tags, anchors and aliases, files above {@value #MAX_BYTES} bytes and nesting deeper than
 * {@value #MAX_DEPTH}: a configuration needs none of them, and each has been an attack.
 */
public final class YamlReader {
    public static final int MAX_BYTES = 256 * 1024;
    public static final int MAX_DEPTH = 40;

    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setUseMarks(true)
            .setCodePointLimit(MAX_BYTES)
            .build();

    private YamlReader() {}

    /** @param documents the documents that could be read whole, without the empty ones */
    public record Parsed(List<YamlNode> documents, List<Problem> problems) {}

    /** @param home folder that the positions' file names are relative to */
    public static Parsed read(Path home, Path path) {
        String file = name(home, path);
        Position whole = new Position(file, 0, 0);
        try {
            if (Files.size(path) > MAX_BYTES) {
                return failed(tooLarge(whole));
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(path)))
                    .toString();
            return parse(file, text);
        } catch (CharacterCodingException e) {
            return failed(whole.error("the file is not UTF-8 text", "save it as UTF-8 in the editor"));
        } catch (IOException e) {
            return failed(whole.error(
                    "cannot read the file: " + e.getMessage(),
                    "check that it exists and that the hub's user may read it"));
        }
    }

    /** @param file the name that positions carry */
    public static Parsed parse(String file, String text) {
        Position whole = new Position(file, 0, 0);
        if (text.length() > MAX_BYTES) {
            return failed(tooLarge(whole));
        }
        String clean = text.startsWith("\uFEFF") ? text.substring(1) : text;
        List<Problem> problems = new ArrayList<>();
        YamlTree tree = new YamlTree(file, clean, problems);
        try {
            new Parse(SETTINGS).parseString(clean).forEach(tree::accept);
        } catch (MarkedYamlEngineException e) {
            problems.add(syntax(file, clean, e));
        } catch (ReaderException e) {
            problems.add(tree.at(e.getPosition())
                    .error(
                            "the character U+%04X is not allowed in YAML".formatted(e.getCodePoint()),
                            "remove it; it is often pasted invisibly"));
        } catch (YamlEngineException e) {
            problems.add(whole.error("not readable as YAML: " + e.getMessage(), ""));
        } catch (YamlTree.TooDeep e) {
            problems.add(
                    e.at.error("nested deeper than " + MAX_DEPTH + " levels", "no setting needs this; flatten it"));
        } catch (StackOverflowError e) { // the engine's own recursion, before our depth check can see it
            problems.add(whole.error("nested too deeply", "no setting needs this; flatten it"));
        }
        return new Parsed(List.copyOf(tree.documents()), List.copyOf(problems));
    }

    private static String name(Path home, Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        Path base = home.toAbsolutePath().normalize();
        return (absolute.startsWith(base) ? base.relativize(absolute) : absolute)
                .toString()
                .replace('\\', '/');
    }

    private static Parsed failed(Problem problem) {
        return new Parsed(List.of(), List.of(problem));
    }

    private static Problem tooLarge(Position whole) {
        return whole.error("the file is larger than " + MAX_BYTES / 1024 + " KiB", "split it: one machine, one file");
    }

    private static Problem syntax(String file, String text, MarkedYamlEngineException e) {
        Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
        Position at = mark.map(m -> new Position(file, m.getLine() + 1, m.getColumn() + 1))
                .orElse(new Position(file, 0, 0));
        String problem = String.valueOf(e.getProblem()).strip();
        String context = e.getContext() == null ? "" : e.getContext().strip() + ": ";
        return at.error("YAML syntax: " + context + problem, syntaxHint(problem, line(text, at.line())));
    }

    private static String line(String text, int line) {
        return text.lines().skip(Math.max(0, line - 1)).findFirst().orElse("");
    }

    private static String syntaxHint(String problem, String line) {
        if (problem.contains("'\\t'") || line.contains("\t")) {
            return "YAML is indented with spaces, never with tabs";
        }
        if (line.contains("{{")) {
            return "put placeholders in quotes: \"{{env:NAME}}\"";
        }
        if (problem.contains("mapping values are not allowed")) {
            return "text that contains ': ' needs quotes; or the indentation of this line or the one above is off";
        }
        if (line.contains("[") && !line.contains("\"")) {
            return "units and text with brackets need quotes: \"[degF]\"";
        }
        if (line.contains("%") || line.contains("@") || line.contains("`")) {
            return "text that starts with %, @ or ` needs quotes";
        }
        return "check quotes, brackets and the indentation of this line and the one above";
    }
}
