package org.millrace.rule;

import java.util.List;
import java.util.regex.Pattern;
import org.millrace.plant.Asset;

/** The placeholders of a rule's title. */
final class Title {
    static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");
    static final List<String> KNOWN = List.of("level", "asset.id", "asset.name");

    private Title() {}

    static String fill(String title, String level, Asset asset) {
        return PLACEHOLDER
                .matcher(title)
                .replaceAll(match -> java.util.regex.Matcher.quoteReplacement(
                        switch (match.group(1)) {
                            case "level" -> level;
                            case "asset.id" -> asset.id();
                            case "asset.name" -> asset.name();
                            default -> match.group();
                        }));
    }
}
