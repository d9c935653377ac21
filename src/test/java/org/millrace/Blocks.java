package org.millrace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Examples of the documentation, so that tests run what people copy. */
public final class Blocks {
    private Blocks() {}

    /** The fenced block of a page whose first line is a comment with this name, without that line. */
    public static String of(String page, String name) throws IOException {
        Matcher found = Pattern.compile("```[a-z]*\\n(?:#|--) " + Pattern.quote(name) + "\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs", page)));
        if (!found.find()) {
            throw new AssertionError("docs/" + page + " has no block '" + name + "'");
        }
        return found.group(1);
    }
}
