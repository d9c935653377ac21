package org.millrace.connector.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.millrace.connector.Answer;
import org.millrace.connector.RegisterAsset;

/** Reads the whole register of a system, page by page, at the rate the system allows. */
public final class RegisterReader {
    private static final int ATTEMPTS = 8;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    /**
     * @param complete false when the system has more pages than {@code pages.most} allows
     * @param doubled how often an asset came on more than one page; the last stands
     */
    public record Register(List<RegisterAsset> assets, boolean complete, int doubled) {}

    /** How far it has come; told after each page and before each pause. */
    public interface Progress {
        void read(int assets, OptionalLong total);

        void pausing(Duration pause, String why);
    }

    private final RestConnector connector;
    private final int mostPages;
    private final Consumer<Duration> wait;

    /** @param wait holds the calling thread for as long; tests give one that returns at once */
    public RegisterReader(RestConnector connector, ConnectorFile file, Consumer<Duration> wait) {
        this.connector = connector;
        this.mostPages = file.operations()
                .assets()
                .flatMap(ConnectorFile.Operation::pages)
                .map(ConnectorFile.Pages::most)
                .orElse(1);
        this.wait = wait;
    }

    /** A failure as soon as one page can't be read: half a register must not be taken for a whole one. */
    public Answer<Register> read(Progress progress) {
        Map<String, RegisterAsset> assets = new LinkedHashMap<>();
        Set<JsonNode> pages = new HashSet<>();
        Optional<JsonNode> page = Optional.empty();
        int doubled = 0;
        for (int i = 0; i < mostPages; i++) {
            Answer<RegisterPage> answer = patiently(page, progress);
            if (!(answer instanceof Answer.Ok<RegisterPage> ok)) {
                return Calls.failed(answer);
            }
            for (RegisterAsset asset : ok.value().assets()) {
                doubled += assets.put(asset.id(), asset) == null ? 0 : 1;
            }
            progress.read(assets.size(), ok.value().total());
            page = ok.value().next();
            if (page.isEmpty()) {
                return new Answer.Ok<>(new Register(List.copyOf(assets.values()), true, doubled));
            }
            if (!pages.add(page.get())) {
                return new Answer.Permanent<>(
                        "operations.assets: pages.next leads to the page " + page.get() + " a second time");
            }
        }
        return new Answer.Ok<>(new Register(List.copyOf(assets.values()), false, doubled));
    }

    private Answer<RegisterPage> patiently(Optional<JsonNode> page, Progress progress) {
        Duration pause = FIRST_PAUSE;
        for (int attempt = 1; ; attempt++) {
            Answer<RegisterPage> answer = connector.assets(page);
            Duration needed = switch (answer) {
                case Answer.Throttled<RegisterPage> held -> held.after().orElse(pause);
                case Answer.Retryable<RegisterPage> failed -> pause;
                default -> Duration.ZERO;
            };
            if (needed.isZero() || attempt == ATTEMPTS) {
                return answer;
            }
            progress.pausing(needed, why(answer));
            wait.accept(needed.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : needed);
            pause = pause.multipliedBy(2);
        }
    }

    private static String why(Answer<?> answer) {
        return switch (answer) {
            case Answer.Ok<?> ok -> "";
            case Answer.Throttled<?> failed -> failed.why();
            case Answer.Retryable<?> failed -> failed.why();
            case Answer.Unauthorized<?> failed -> failed.why();
            case Answer.Permanent<?> failed -> failed.why();
            case Answer.Unknown<?> failed -> failed.why();
        };
    }
}
