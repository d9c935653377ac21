package org.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;

/** A process that dies between the journal's commit and the place's: what the next one finds. */
class PlacesTest {
    private static final class Died extends RuntimeException {}

    private final MapMemory memory = new MapMemory();
    private final List<Integer> journal = new ArrayList<>();
    private long received;
    private long replayed;

    private Places places(SourceMemory in) {
        Places places = new Places("log", in, () -> new Places.Counted(received, replayed));
        places.load();
        return places;
    }

    private Handover handover() {
        Source.Receiver receiver = (batch, done) -> {
            int size = ((SourceBatch.Readings) batch).readings().size();
            journal.add(size);
            received += size;
            done.accept(null);
        };
        return new Handover("log", receiver, new RetryPause(Duration.ofMillis(1), Duration.ofMillis(1), new Random(1)));
    }

    private static SourceBatch.Readings batch(int readings) {
        List<Reading> list = new ArrayList<>();
        for (int i = 0; i < readings; i++) {
            list.add(new Reading("", "f", Value.of(1L), i, Quality.GOOD));
        }
        return new SourceBatch.Readings("log", 0, list, List.of());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Places places, String name) {
        return places.get(name).map(b -> new String(b, StandardCharsets.UTF_8)).orElse("none");
    }

    /** Memory of a process that is killed when it writes the n-th note. */
    private SourceMemory dyingAt(int write) {
        return new SourceMemory() {
            private int writes;

            @Override
            public Map<String, byte[]> load() {
                return memory.load();
            }

            @Override
            public void keep(String key, byte[] value) {
                if (++writes >= write) {
                    Thread.currentThread().interrupt(); // ends the endless retry, as a kill ends everything
                    throw new Died();
                }
                memory.keep(key, value);
            }

            @Override
            public void forget(String key) {
                memory.forget(key);
            }
        };
    }

    private void die(Places places, String name, String next, int readings) {
        try {
            places.deliver(handover(), batch(readings), name, bytes(next));
        } catch (InterruptedException e) {
            Thread.interrupted();
            return;
        }
        throw new AssertionError("it should have died");
    }

    @Test
    void aPlaceIsThereAfterARestart() throws Exception {
        Places first = places(memory);
        first.deliver(handover(), batch(3), "a.csv", bytes("30"));
        first.keep("b.csv", bytes("7"));
        first.forget("b.csv");

        Places next = places(memory);
        assertThat(text(next, "a.csv")).isEqualTo("30");
        assertThat(next.all()).containsOnlyKeys("a.csv");
    }

    @Test
    void killedAfterTheJournalHasTheBatchThePlaceMovesOn() throws Exception {
        Places first = places(memory);
        first.deliver(handover(), batch(2), "a.csv", bytes("20"));
        Places dying = places(dyingAt(2)); // the note is written, the place is not

        die(dying, "a.csv", "50", 3);

        assertThat(journal).containsExactly(2, 3);
        assertThat(text(places(memory), "a.csv")).isEqualTo("50");
    }

    @Test
    void killedBeforeTheJournalHasTheBatchItIsReadAgain() throws Exception {
        Places first = places(memory);
        first.deliver(handover(), batch(2), "a.csv", bytes("20"));
        Places dying = places(memory);
        Thread.currentThread().interrupt(); // killed while the batch is on its way, before it is taken
        Source.Receiver never = (batch, done) -> {};
        Handover lost = new Handover("log", never, new RetryPause(Duration.ZERO, Duration.ZERO, new Random(1)));
        try {
            dying.deliver(lost, batch(3), "a.csv", bytes("50"));
        } catch (InterruptedException e) {
            Thread.interrupted();
        }

        assertThat(text(places(memory), "a.csv")).isEqualTo("20");
    }

    @Test
    void aNoteOfALongFinishedBatchDoesNotMoveThePlaceBack() throws Exception {
        Places first = places(memory);
        first.deliver(handover(), batch(2), "a.csv", bytes("20"));
        first.keep("a.csv", bytes("99"));
        received += 100;

        assertThat(text(places(memory), "a.csv")).isEqualTo("99");
    }

    @Test
    void aForgottenPlaceDoesNotComeBack() throws Exception {
        Places first = places(memory);
        first.deliver(handover(), batch(2), "a.csv", bytes("20"));
        first.forget("a.csv");

        assertThat(places(memory).all()).isEmpty();
    }

    /** A dead letter replayed in that moment changes the count too: nothing may be lost by it. */
    @Test
    void whereTheCountTellsNeitherTheBatchIsReadAgain() throws Exception {
        Places first = places(memory);
        first.deliver(handover(), batch(2), "a.csv", bytes("20"));
        die(places(dyingAt(2)), "a.csv", "50", 3);
        replayed++;

        assertThat(text(places(memory), "a.csv")).isEqualTo("20");
    }

    @Test
    void aPartOfABatchIsNotTheBatch() throws Exception {
        die(places(dyingAt(2)), "a.csv", "50", 3);
        received--; // the route let two of three in

        assertThat(text(places(memory), "a.csv")).isEqualTo("none");
    }

    @Test
    void aBatchOfNothingMovesThePlaceWithoutAsking() throws Exception {
        places(memory).deliver(handover(), batch(0), "a.csv", bytes("12"));

        assertThat(journal).isEmpty();
        assertThat(text(places(memory), "a.csv")).isEqualTo("12");
    }
}
