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

    /**
     * The work that a rule asks for was done: a meter counts anew from then.
     *
     * @param time µs since the epoch when it was done; it may lie back
     */
    public static String completed(String asset, String rule, long time, String user) {
        try {
            return JSON.writeValueAsString(
                    Map.of("command", "completed", "asset", asset, "rule", rule, "time", time, "user", user));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("strings and a number are always JSON", e);
        }
    }

    static List<AlarmEvent> apply(RuleEngine engine, Journal.Entry.Command command) {
        try {
            JsonNode json = JSON.readTree(command.json());
            if (json.path("command").asText().equals("acknowledge")) {
                return engine.acknowledge(
                        command.hubTime(),
                        json.path("incident").asText(),
                        json.path("user").asText());
            }
            if (json.path("command").asText().equals("completed")) {
                return engine.completed(
                        command.hubTime(),
                        json.path("asset").asText(),
                        json.path("rule").asText(),
                        json.path("time").asLong(command.hubTime()));
            }
            LOG.warn("journal entry {}: command '{}' is not known to this version", command.sequence(), json);
        } catch (JsonProcessingException e) {
            LOG.warn("journal entry {}: not a command: {}", command.sequence(), e.getOriginalMessage());
        }
        return List.of();
    }
}
