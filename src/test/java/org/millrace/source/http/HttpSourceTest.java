package org.millrace.source.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.millrace.config.Secret;
import org.millrace.source.MapMemory;
import org.millrace.source.SourceMemory;

class HttpSourceTest {
    private static final String TOKEN = "0123456789abcdef";

    private final SourceMemory memory = new MapMemory();
    private final List<Consumer<@Nullable Throwable>> open = new ArrayList<>();
    private final List<HttpSource.Answer> answers = new ArrayList<>();

    private HttpSource source() {
        HttpSourceFile file = new HttpSourceFile(
                "in", "plain", Map.of(), 100, Map.of("a", new Secret("{{env:TOKEN_OF_A}}")), Optional.empty());
        return new HttpSource(file, r -> TOKEN, memory, IllegalStateException.class::isInstance, Clock.systemUTC());
    }

    private HttpSource started() {
        HttpSource source = source();
        source.start((batch, done) -> open.add(done));
        return source;
    }

    private void take(HttpSource source, String id) {
        source.take("a", "", id, "1".getBytes(StandardCharsets.UTF_8), answers::add);
    }

    private List<Integer> statuses() {
        return answers.stream().map(HttpSource.Answer::status).toList();
    }

    @Test
    void nothingIsAnsweredBeforeTheMessageIsDurable() {
        take(started(), "");
        assertThat(answers).isEmpty();
        open.getFirst().accept(null);
        assertThat(statuses()).containsExactly(202);
    }

    @Test
    void aMessageUnderWayIsNotHandedOverTwiceAndAFailedOneMayComeAgain() {
        HttpSource source = started();
        take(source, "m");
        take(source, "m");
        assertThat(statuses()).containsExactly(409);
        assertThat(open).hasSize(1);
        open.getFirst().accept(new IllegalStateException("full"));
        take(source, "m");
        open.get(1).accept(new java.io.IOException("disk"));
        take(source, "m");
        open.get(2).accept(null);
        take(source, "m");
        assertThat(statuses()).containsExactly(409, 429, 503, 202, 202);
        assertThat(answers.get(1).retryAfter()).isPositive();
        assertThat(open).hasSize(3);
    }

    @Test
    void oneIdOfTwoDevicesIsTwoMessages() {
        HttpSource source = started();
        take(source, "m");
        source.take("b", "", "m", new byte[] {'1'}, answers::add);
        assertThat(open).hasSize(2);
    }

    @Test
    void theLastIdsAreRememberedInBoundedRoomAlsoAfterARestart() {
        MessageIds ids = new MessageIds(memory);
        for (int i = 0; i < MessageIds.KEPT + 10; i++) {
            assertThat(ids.begin("a/" + i, i).state()).isEqualTo(MessageIds.State.NEW);
            ids.done("a/" + i);
        }
        assertThat(memory.load()).hasSize(MessageIds.KEPT);
        MessageIds again = new MessageIds(memory);
        assertThat(again.begin("a/" + (MessageIds.KEPT + 9), 1).state()).isEqualTo(MessageIds.State.TAKEN);
        assertThat(again.begin("a/10", 1).state()).isEqualTo(MessageIds.State.TAKEN);
        assertThat(again.begin("a/9", 1).state()).as("overwritten").isEqualTo(MessageIds.State.NEW);
        again.done("a/9");
        assertThat(new MessageIds(memory).begin("a/10", 1).state())
                .as("the oldest made room")
                .isEqualTo(MessageIds.State.NEW);
    }

    @Test
    void aMessageWhoseEndNobodyKnowsIsTakenAgainUnderTheTimeOfTheFirst() {
        MessageIds ids = new MessageIds(memory);
        assertThat(ids.begin("a/lost in a crash", 1_000)).isEqualTo(new MessageIds.Begun(MessageIds.State.NEW, 1_000));
        MessageIds again = new MessageIds(memory);
        assertThat(again.begin("a/lost in a crash", 9_000))
                .isEqualTo(new MessageIds.Begun(MessageIds.State.NEW, 1_000));
        again.failed("a/lost in a crash");
        assertThat(again.begin("a/lost in a crash", 9_500).time()).isEqualTo(1_000);
        again.done("a/lost in a crash");
        assertThat(new MessageIds(memory).begin("a/lost in a crash", 9_900).state())
                .isEqualTo(MessageIds.State.TAKEN);
        assertThat(memory.load()).hasSize(1);

        again.begin("a/old", 1_000);
        long later = 1_000 + MessageIds.REPEATED_WITHIN;
        assertThat(new MessageIds(memory).begin("a/old", later))
                .isEqualTo(new MessageIds.Begun(MessageIds.State.NEW, later));
    }

    @Test
    void withoutARouteTheDeviceIsToldToComeAgain() {
        take(source(), "m");
        HttpSource closed = started();
        closed.close();
        take(closed, "m");
        assertThat(statuses()).containsExactly(503, 503);
    }

    @Test
    void moreAtOnceThanTheHubTakesAreToldToWait() {
        HttpSource source = started();
        for (int i = 0; i < 300; i++) {
            take(source, "");
        }
        assertThat(open).hasSize(256);
        assertThat(statuses()).hasSize(44).containsOnly(429);
    }

    @Test
    void tokensAreReadAnewAndShortOnesLetNobodyIn() {
        AtomicLong nanos = new AtomicLong();
        Map<String, String> secrets = new ConcurrentHashMap<>(Map.of("{{env:A}}", TOKEN, "{{env:B}}", "short"));
        Tokens tokens = new Tokens(
                "in", Map.of("a", new Secret("{{env:A}}"), "b", new Secret("{{env:B}}")), secrets::get, nanos::get);
        assertThat(tokens.deviceOf(TOKEN)).contains("a");
        assertThat(tokens.deviceOf("short")).isEqualTo(Optional.empty());
        assertThat(tokens.deviceOf("")).isEqualTo(Optional.empty());
        secrets.put("{{env:A}}", "fedcba9876543210");
        nanos.addAndGet(6_000_000_000L);
        assertThat(tokens.deviceOf(TOKEN)).isEqualTo(Optional.empty());
        assertThat(tokens.deviceOf("fedcba9876543210")).contains("a");
    }
}
