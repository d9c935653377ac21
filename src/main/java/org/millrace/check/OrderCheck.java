package org.millrace.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.millrace.config.ConfigFolder;
import org.millrace.config.Problem;
import org.millrace.connector.rest.ConnectorFile;

/** How orders are kept: languages there are words for, pauses that are pauses. */
final class OrderCheck {
    private static final Set<String> LANGUAGES = Set.of("en", "fr", "de");

    private OrderCheck() {}

    static List<Problem> problems(ConfigFolder.Config config, HubFile hub) {
        List<Problem> problems = new ArrayList<>();
        language(config, hub, "language", hub.language(), problems);
        for (ConnectorFile file : config.all(ConnectorFile.class)) {
            ConnectorFile.Keeping keeping = file.orders();
            keeping.language().ifPresent(name -> language(config, keeping, "language", name, problems));
            Map<String, Duration> pauses = new LinkedHashMap<>();
            pauses.put("settle", keeping.settle());
            pauses.put("comment_every", keeping.commentEvery());
            pauses.put("check_every", keeping.checkEvery());
            pauses.put("first_pause", keeping.firstPause());
            pauses.put("longest_pause", keeping.longestPause());
            pauses.forEach((key, pause) -> {
                if (pause.isZero() || pause.isNegative()) {
                    problems.add(config.positions()
                            .of(keeping, key)
                            .error(key + " must be longer than nothing", "leave it out for its default"));
                }
            });
            if (keeping.maxAttempts() < 1) {
                problems.add(config.positions()
                        .of(keeping, "max_attempts")
                        .error("max_attempts is " + keeping.maxAttempts(), "at least 1; 8 is usual"));
            }
        }
        return problems;
    }

    private static void language(
            ConfigFolder.Config config, Record where, String key, String name, List<Problem> problems) {
        if (!LANGUAGES.contains(name)) {
            problems.add(config.positions()
                    .of(where, key)
                    .error("there are no words for the language '" + name + "'", "one of: en, fr, de"));
        }
    }
}
