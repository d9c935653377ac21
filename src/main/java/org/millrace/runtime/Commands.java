package org.millrace.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.millrace.alarm.AlarmCommand;
import org.millrace.alarm.AlarmSystem;
import org.millrace.journal.Journal;
import org.millrace.rule.AlarmEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What people tell the alarms, as JSON journal entries: part of the same history as the samples. */
public final class Commands {
    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Commands() {}

    /** An operator has seen the incident. */
    public static String acknowledge(String incident, String user) {
        return write(new AlarmCommand.Acknowledge(incident, user, ""));
    }

    /** As {@link #read} takes it. */
    public static String write(AlarmCommand command) {
        ObjectNode json = JSON.createObjectNode();
        switch (command) {
            case AlarmCommand.Acknowledge c -> target(json, "acknowledge", c.target(), c.who(), c.comment());
            case AlarmCommand.Confirm c -> target(json, "confirm", c.target(), c.who(), c.comment());
            case AlarmCommand.Reset c -> target(json, "reset", c.target(), c.who(), c.comment());
            case AlarmCommand.Shelve c ->
                target(json, "shelve", c.target(), c.who(), c.reason())
                        .put("micros", c.micros())
                        .put("one_shot", c.oneShot());
            case AlarmCommand.Unshelve c -> target(json, "unshelve", c.target(), c.who(), c.reason());
            case AlarmCommand.OutOfService c -> target(json, "out-of-service", c.target(), c.who(), c.reason());
            case AlarmCommand.InService c -> target(json, "in-service", c.target(), c.who(), c.reason());
            case AlarmCommand.Mute c ->
                json.put("command", "mute")
                        .put("system", c.system())
                        .put("order", c.order())
                        .put("asset", c.asset())
                        .put("failure_mode", c.failureMode())
                        .put("until", c.until())
                        .put("user", c.who());
            case AlarmCommand.Unmute c ->
                json.put("command", "unmute")
                        .put("system", c.system())
                        .put("order", c.order())
                        .put("user", c.who());
        }
        return json.toString();
    }

    private static ObjectNode target(ObjectNode json, String command, String target, String who, String words) {
        return json.put("command", command)
                .put("incident", target)
                .put("user", who)
                .put("comment", words);
    }

    /** Empty when this version does not know the command, or it is none. */
    public static Optional<AlarmCommand> read(String text) throws JsonProcessingException {
        return read(JSON.readTree(text));
    }

    private static Optional<AlarmCommand> read(JsonNode json) {
        String target = json.path("incident").asText();
        String who = json.path("user").asText();
        String words = json.path("comment").asText();
        return switch (json.path("command").asText()) {
            case "acknowledge" -> Optional.of(new AlarmCommand.Acknowledge(target, who, words));
            case "confirm" -> Optional.of(new AlarmCommand.Confirm(target, who, words));
            case "reset" -> Optional.of(new AlarmCommand.Reset(target, who, words));
            case "shelve" ->
                Optional.of(new AlarmCommand.Shelve(
                        target,
                        json.path("micros").asLong(),
                        json.path("one_shot").asBoolean(),
                        who,
                        words));
            case "unshelve" -> Optional.of(new AlarmCommand.Unshelve(target, who, words));
            case "out-of-service" -> Optional.of(new AlarmCommand.OutOfService(target, who, words));
            case "in-service" -> Optional.of(new AlarmCommand.InService(target, who, words));
            case "mute" ->
                Optional.of(new AlarmCommand.Mute(
                        json.path("system").asText(),
                        json.path("order").asText(),
                        json.path("asset").asText(),
                        json.path("failure_mode").asText(),
                        json.path("until").asLong(),
                        who));
            case "unmute" ->
                Optional.of(new AlarmCommand.Unmute(
                        json.path("system").asText(), json.path("order").asText(), who));
            default -> Optional.empty();
        };
    }

    /**
     * The work that a rule asks for was done: a meter counts anew from then.
     *
     * @param time µs since the epoch when it was done; it may lie back
     */
    public static String completed(String asset, String rule, long time, String user) {
        return JSON.createObjectNode()
                .put("command", "completed")
                .put("asset", asset)
                .put("rule", rule)
                .put("time", time)
                .put("user", user)
                .toString();
    }

    /** From the entry after this one on, another configuration binds the readings. */
    public static String configuration(String version, long hubTime) {
        return JSON.createObjectNode()
                .put("command", "configuration")
                .put("version", version)
                .put("time", hubTime)
                .toString();
    }

    /** What the command does to the alarms; a command of another version, or none at all, does nothing. */
    public static List<AlarmEvent> apply(AlarmSystem alarms, Journal.Entry.Command command) {
        try {
            JsonNode json = JSON.readTree(command.json());
            Optional<AlarmCommand> known = read(json);
            if (known.isPresent()) {
                return alarms.apply(command.hubTime(), known.get());
            }
            if (json.path("command").asText().equals("completed")) {
                return alarms.completed(
                        command.hubTime(),
                        json.path("asset").asText(),
                        json.path("rule").asText(),
                        json.path("time").asLong(command.hubTime()));
            }
            if (json.path("command").asText().equals("configuration")) {
                return List.of(); // of a reload before the last start, which took up the configuration by itself
            }
            LOG.warn("journal entry {}: command '{}' is not known to this version", command.sequence(), json);
        } catch (JsonProcessingException e) {
            LOG.warn("journal entry {}: not a command: {}", command.sequence(), e.getOriginalMessage());
        }
        return List.of();
    }
}
