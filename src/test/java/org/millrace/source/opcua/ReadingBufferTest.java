package org.millrace.source.opcua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;

class ReadingBufferTest {
    @Test
    void whatGatheredIsTakenTogetherInOrderWithTheNewestTime() throws Exception {
        ReadingBuffer buffer = new ReadingBuffer(100);
        buffer.put(1, readings(0, 2));
        buffer.put(2, readings(2, 3));

        ReadingBuffer.Batch batch = buffer.take(10);

        assertThat(batch.hubTime()).isEqualTo(2);
        assertThat(batch.readings()).isEqualTo(readings(0, 5));
    }

    @Test
    void aFullBufferHoldsTheCallerBackAndDropsNothing() throws Exception {
        ReadingBuffer buffer = new ReadingBuffer(4);
        buffer.put(1, readings(0, 3));
        Thread putter = Thread.ofVirtual().start(() -> {
            try {
                buffer.put(2, readings(3, 3));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        await().until(buffer::holdsBack);

        assertThat(buffer.take(10).readings()).isEqualTo(readings(0, 3));
        putter.join();
        assertThat(buffer.take(10).readings()).isEqualTo(readings(3, 3));
        assertThat(buffer.holdsBack()).isFalse();
    }

    @Test
    void oneNotificationLargerThanTheBufferStillPasses() throws Exception {
        ReadingBuffer buffer = new ReadingBuffer(2);
        buffer.put(1, readings(0, 5));

        assertThat(buffer.take(1).readings()).hasSize(5);
    }

    private static List<Reading> readings(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> new Reading("", "n", Value.of((long) i), i, 0))
                .toList();
    }
}
