package org.millrace.connector.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.millrace.connector.Answer;
import org.millrace.connector.rest.ConnectorFile.Condition;
import org.millrace.connector.rest.ConnectorFile.Content;
import org.millrace.connector.rest.ConnectorFile.Format;
import org.millrace.connector.rest.ConnectorFile.Verdict;
import org.millrace.connector.rest.Transport.Answered;

/** Says what an HTTP answer means, by the file's {@code auth.relogin_on}, {@code retry} and {@code success}. */
final class Judge {
    /** The body of a success. @param vars with $status and $headers */
    record Understood(JsonNode json, Vars vars) {}

    private record Compiled(Condition condition, Optional<Jq> program) {}

    private record Rule(Jq holds, Verdict verdict, Optional<Jq> after) {}

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> USUAL =
            List.of("message", "error_description", "detail", "error", "errors", "exception", "Message");

    private final SystemFile file;
    private final InstantSource clock;
    private final Redactor redactor;
    private final List<Compiled> refusals;
    private final List<Rule> rules;
    private final Optional<Jq> unless;
    private final Optional<Jq> error;

    Judge(SystemFile file, InstantSource clock, Redactor redactor) {
        this.file = file;
        this.clock = clock;
        this.redactor = redactor;
        this.refusals = file.auth().refusals().stream()
                .map(condition -> new Compiled(condition, condition.if_().map(CompiledOperation::program)))
                .toList();
        this.rules = file.retry().when().stream()
                .map(when -> new Rule(
                        CompiledOperation.program(when.if_()),
                        when.is(),
                        when.after().map(CompiledOperation::program)))
                .toList();
        this.unless = file.success().unless().map(CompiledOperation::program);
        this.error = file.success().error().map(CompiledOperation::program);
    }

    /** @param reads nothing can have changed: what is unknown may be asked again */
    Answer<Understood> judge(Answered answer, boolean reads, Vars given) {
        Optional<JsonNode> json = parse(answer);
        JsonNode body = json.orElseGet(() -> TextNode.valueOf(answer.text()));
        Vars vars = given.with("status", JsonNodeFactory.instance.numberNode(answer.status()))
                .with("headers", headers(answer));
        String why = redactor.clean(why(answer, body, vars));
        if (refusals.stream().anyMatch(refusal -> meets(refusal, answer, body, vars))) {
            return new Answer.Unauthorized<>(why);
        }
        for (Rule rule : rules) {
            if (rule.holds().holds(vars, body)) {
                return decided(rule, answer, new Understood(body, vars), reads, why);
            }
        }
        if (file.success().status().stream().anyMatch(text -> matches(text, answer.status()))) {
            if (unless.isPresent() && unless.get().holds(vars, body)) {
                return new Answer.Permanent<>(why);
            }
            if (json.isEmpty() && file.success().body() == Format.JSON) {
                return unclear(reads, "HTTP " + answer.status() + " with an answer that is not JSON");
            }
            return new Answer.Ok<>(new Understood(body, vars));
        }
        return byStatus(answer, reads, why);
    }

    private Answer<Understood> decided(Rule rule, Answered answer, Understood body, boolean reads, String why) {
        return switch (rule.verdict()) {
            case OK -> new Answer.Ok<>(body);
            case RETRYABLE -> new Answer.Retryable<>(why);
            case THROTTLED -> new Answer.Throttled<>(why, after(rule, answer, body));
            case UNAUTHORIZED -> new Answer.Unauthorized<>(why);
            case PERMANENT -> new Answer.Permanent<>(why);
            case UNKNOWN -> unclear(reads, why);
        };
    }

    private Optional<Duration> after(Rule rule, Answered answer, Understood body) {
        return rule.after()
                .map(program -> program.text(body.vars(), body.json()))
                .filter(text -> text.matches("\\d{1,6}(\\.\\d+)?"))
                .map(text -> Duration.ofMillis(Math.round(Double.parseDouble(text) * 1000)))
                .or(() -> retryAfter(answer));
    }

    private Answer<Understood> byStatus(Answered answer, boolean reads, String why) {
        int status = answer.status();
        if (file.retry().throttled().contains(status)) {
            return new Answer.Throttled<>(why, retryAfter(answer));
        }
        if (file.retry().retryable().contains(status)) {
            Optional<Duration> after = retryAfter(answer);
            return after.isPresent() ? new Answer.Throttled<>(why, after) : new Answer.Retryable<>(why);
        }
        if (file.retry().unknownAfterSend().contains(status)) {
            return unclear(reads, why);
        }
        if (status >= 300 && status < 400) {
            String to = answer.header("location").orElse("elsewhere");
            return new Answer.Permanent<>(redactor.clean("HTTP " + status + ": redirected to " + to
                    + "; redirects are not followed, correct base_url if it has moved"));
        }
        if (status >= 500 && !file.retry().permanent().contains(status)) {
            return unclear(reads, why);
        }
        return new Answer.Permanent<>(why);
    }

    private static <T> Answer<T> unclear(boolean reads, String why) {
        return reads ? new Answer.Retryable<>(why) : new Answer.Unknown<>(why);
    }

    private Optional<Duration> retryAfter(Answered answer) {
        return answer.header("retry-after").flatMap(value -> Times.retryAfter(value, clock.instant()));
    }

    private static boolean meets(Compiled refusal, Answered answer, JsonNode body, Vars vars) {
        Condition condition = refusal.condition();
        boolean empty = answer.body().length == 0;
        return condition.status() == answer.status()
                && (condition.body() == Content.ANY || (condition.body() == Content.EMPTY) == empty)
                && condition.header().map(header -> hasHeader(answer, header)).orElse(true)
                && refusal.program().map(program -> program.holds(vars, body)).orElse(true);
    }

    private static boolean hasHeader(Answered answer, String wanted) {
        int colon = wanted.indexOf(':');
        return answer.header(wanted.substring(0, colon).strip())
                .map(value -> value.strip()
                        .equalsIgnoreCase(wanted.substring(colon + 1).strip()))
                .orElse(false);
    }

    static boolean matches(String written, int status) {
        String text = Integer.toString(status);
        return written.equals(text) || (written.endsWith("xx") && written.charAt(0) == text.charAt(0));
    }

    /** Empty when there is a body that is not JSON; a null node when there is none. */
    private Optional<JsonNode> parse(Answered answer) {
        String text = answer.text().strip();
        if (text.isEmpty()) {
            return Optional.of(NullNode.getInstance());
        }
        try {
            JsonNode json = JSON.readTree(text);
            return Optional.of(file.htmlEscaped() ? Html.unescape(json) : json);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private String why(Answered answer, JsonNode body, Vars vars) {
        String said = error.map(program -> program.text(vars, body)).orElse("");
        for (int i = 0; said.isEmpty() && i < USUAL.size(); i++) {
            JsonNode field = body.path(USUAL.get(i));
            JsonNode inner = field.path("message").isTextual() ? field.path("message") : field;
            said = inner.isMissingNode() || inner.isNull() ? "" : inner.isTextual() ? inner.asText() : inner.toString();
        }
        if (said.isEmpty()
                && body.isTextual()
                && !answer.header("content-type").orElse("").contains("html")) {
            said = body.asText();
        }
        return "HTTP " + answer.status() + (said.isEmpty() ? "" : ": " + said);
    }

    private static ObjectNode headers(Answered answer) {
        ObjectNode headers = JsonNodeFactory.instance.objectNode();
        answer.headers().forEach(headers::put);
        return headers;
    }
}
