package org.millrace.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import org.millrace.journal.Journal;
import org.millrace.rule.AlarmEvent;
import org.millrace.rule.RuleEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What people tell the rules, as JSON journal entries: part of the same history as the samples. */
public final class Commands {
    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Commands() {}

    /** An operator has seen the incident. */
    public static String acknowledge(String incident, String user) {
        try {
            return JSON.writeValueAsString(Map.of("command", "acknowledge", "incident", incident, "user", user));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("two strings are always JSON", e);
        }
    }

    /** What the command does to the rules; a command of another version, or none at all, does nothing. */
    public static List<AlarmEvent> apply(RuleEngine engine, Journal.Entry.Command command) {
        try {
            JsonNode json = JSON.readTree(command.json());
            if (json.path("command").asText().equals("acknowledge")) {
                return engine.acknowledge(
                        command.hubTime(),
                        json.path("incident").asText(),
                        json.path("user").asText());
            }
            LOG.warn("journal entry {}: command '{}' is not known to this version", command.sequence(), json);
        } catch (JsonProcessingException e) {
            LOG.warn("journal entry {}: not a command: {}", command.sequence(), e.getOriginalMessage());
        }
        return List.of();
    }
}
