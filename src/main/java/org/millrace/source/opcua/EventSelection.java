package org.millrace.source.opcua;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Which events are meant by one entry of {@code events: select:}. Immutable but for the types' subtypes. */
final class EventSelection {
    private final OpcUaSourceFile.Selection file;
    private final Pattern source;
    private final Pattern condition;

    EventSelection(OpcUaSourceFile.Selection file) {
        this.file = file;
        this.source = pattern(file.source().orElse("*"));
        this.condition = pattern(file.condition().orElse("*"));
    }

    /** Node text of the types asked for. */
    Set<String> types() {
        return Set.copyOf(file.types());
    }

    /** @param subtypes of each type asked for, itself included */
    boolean takes(ServerEvent event, Map<String, Set<String>> subtypes) {
        return event.severity() >= file.minSeverity()
                && (source.matcher(event.sourceName()).matches()
                        || file.source().filter(event.sourceNode()::equals).isPresent())
                && (file.condition().isEmpty()
                        || condition.matcher(event.conditionName()).matches())
                && (file.types().isEmpty()
                        || file.types().stream()
                                .anyMatch(type -> subtypes.getOrDefault(type, Set.of(type))
                                        .contains(event.type())));
    }

    /** {@code *} stands for any text. */
    private static Pattern pattern(String text) {
        StringBuilder regex = new StringBuilder();
        for (String part : text.split("\\*", -1)) {
            regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(part));
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }
}
