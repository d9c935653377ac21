package org.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.millrace.journal.BatchCodec.MalformedBatchException;
import org.millrace.signal.Quality;
import org.millrace.signal.SampleBatch;
import org.millrace.signal.SampleBatch.Kind;

public class BatchCodecTest {
    private record Row(int tag, long time, Kind kind, long bits, String text, int quality) {}

    @Property(tries = 400)
    void everyBitOfEverySampleComesBack(@ForAll("batches") List<Row> rows) throws MalformedBatchException {
        SampleBatch batch = batch(rows);
        assertSame(BatchCodec.decode(BatchCodec.encode(batch)), batch);
    }

    @Property(tries = 300)
    void damagedBytesAreRefusedOrReadButNeverCrash(@ForAll("batches") List<Row> rows, @ForAll Random random) {
        byte[] bytes = BatchCodec.encode(batch(rows));
        byte[] damaged = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
        if (damaged.length > 1) {
            damaged[1 + random.nextInt(damaged.length - 1)] ^= (byte) (1 << random.nextInt(8));
        }
        try {
            BatchCodec.decode(damaged);
        } catch (MalformedBatchException expected) {
            assertThat(expected).hasMessageContaining("batch");
        }
    }

    /** As {@link #damagedBytesAreRefusedOrReadButNeverCrash} once found it: the claim is negative, and huge as an int. */
    @Example
    void aDictionaryThatClaimsMoreThanThereIsIsRefused() {
        SampleBatch.Builder builder = SampleBatch.builder(1);
        builder.addText(1, 0, "a", Quality.GOOD);
        byte[] bytes = BatchCodec.encode(builder.build());
        // … · one text · its length and letter · the column of indexes (mode, index)
        int claim = bytes.length - 5;
        assertThat(bytes[claim]).as("the dictionary's size").isEqualTo((byte) 1);
        ByteArrayOutputStream damaged = new ByteArrayOutputStream();
        damaged.write(bytes, 0, claim);
        long huge = Long.MIN_VALUE | Integer.MAX_VALUE;
        for (int shift = 0; shift < 63; shift += 7) {
            damaged.write((int) (huge >>> shift & 0x7f) | 0x80);
        }
        damaged.write(1);
        damaged.write(bytes, claim + 1, bytes.length - claim - 1);

        assertThatThrownBy(() -> BatchCodec.decode(damaged.toByteArray()))
                .isInstanceOf(MalformedBatchException.class)
                .hasMessageContaining("texts");
    }

    @Example
    void oddDoublesKeepTheirBits() throws MalformedBatchException {
        SampleBatch.Builder builder = SampleBatch.builder(16);
        long[] odd = {
            Double.doubleToRawLongBits(-0.0),
            Double.doubleToRawLongBits(Double.NaN),
            0x7ff8_dead_beef_0001L, // a NaN that carries something
            0xfff0_0000_0000_0001L, // a signalling one
            Double.doubleToRawLongBits(Double.POSITIVE_INFINITY),
            Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY),
            Double.doubleToRawLongBits(Double.MIN_VALUE),
            Double.doubleToRawLongBits(-Double.MAX_VALUE),
            Double.doubleToRawLongBits(9007199254740993.0),
            Double.doubleToRawLongBits(0.1 + 0.2),
        };
        for (long bits : odd) {
            builder.addBits(7, 0, Kind.REAL, bits, Quality.GOOD);
        }
        SampleBatch batch = builder.build();
        assertSame(BatchCodec.decode(BatchCodec.encode(batch)), batch);
    }

    @Example
    void extremeTimesAndWholeNumbersComeBack() throws MalformedBatchException {
        SampleBatch.Builder builder = SampleBatch.builder(16);
        long[] extremes = {Long.MIN_VALUE, Long.MAX_VALUE, 0, -1, 1, Long.MAX_VALUE, Long.MIN_VALUE};
        for (long extreme : extremes) {
            builder.addBits(Integer.MAX_VALUE, extreme, Kind.WHOLE, extreme, Quality.BAD);
            builder.addBits(Integer.MIN_VALUE, extreme, Kind.WHOLE, ~extreme, Quality.UNCERTAIN);
        }
        SampleBatch batch = builder.build();
        assertSame(BatchCodec.decode(BatchCodec.encode(batch)), batch);
    }

    @Example
    void aPollOfTwoHundredTagsTakesAtMostFourBytesASample() {
        SampleBatch.Builder poll = SampleBatch.builder(200);
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            poll.addReal(1000 + i, 1_790_000_000_000_000L, random.nextInt(10_000) / 100.0, Quality.GOOD);
        }
        assertThat(BatchCodec.encode(poll.build()).length / 200.0).isLessThan(4.0);
    }

    @Example
    void aMixedBatchTakesAtMostEightBytesASample() {
        SampleBatch mixed = mixed(1000, new Random(2));
        assertThat(BatchCodec.encode(mixed).length / 1000.0).isLessThan(8.0);
    }

    @Example
    void aNewerFormatIsRefusedInWords() {
        byte[] bytes = BatchCodec.encode(SampleBatch.empty());
        bytes[0] = 2;
        assertThatThrownBy(() -> BatchCodec.decode(bytes))
                .isInstanceOf(MalformedBatchException.class)
                .hasMessageContaining("format 2")
                .hasMessageContaining("newer Millrace");
    }

    /** Temperatures, float32 flows, counters, switches and states of many devices, a few seconds apart. */
    /** Values as they come from a plant: decimals, floats, counters, flags, texts of 400 tags. */
    public static SampleBatch mixed(int size, Random random) {
        SampleBatch.Builder mixed = SampleBatch.builder(size);
        long time = 1_790_000_000_000_000L;
        String[] states = {"RUN", "STOP", "FAULT"};
        for (int i = 0; i < size; i++) {
            time += random.nextInt(20) * 1000L;
            int tag = random.nextInt(400);
            int quality = random.nextInt(100) == 0 ? Quality.UNCERTAIN : Quality.GOOD;
            switch (tag % 8) {
                case 0, 1, 2, 3 ->
                    mixed.addReal(tag, time, Math.round(2000 + random.nextGaussian() * 300) / 100.0, quality);
                case 4 -> mixed.addReal(tag, time, (float) (5 + random.nextGaussian()), quality);
                case 5 -> mixed.addBits(tag, time, Kind.WHOLE, 1_000_000L + i, quality);
                case 6 -> mixed.addBits(tag, time, Kind.FLAG, random.nextInt(2), quality);
                default -> mixed.addText(tag, time, states[random.nextInt(3)], quality);
            }
        }
        return mixed.build();
    }

    @Provide
    Arbitrary<List<Row>> batches() {
        Arbitrary<Integer> tags = Arbitraries.oneOf(Arbitraries.integers().between(1, 20), Arbitraries.integers());
        Arbitrary<Long> times = Arbitraries.oneOf(
                Arbitraries.longs().between(1_790_000_000L, 1_790_003_600L).map(s -> s * 1_000_000),
                Arbitraries.longs()
                        .between(1_790_000_000_000L, 1_790_000_600_000L)
                        .map(ms -> ms * 1_000),
                Arbitraries.longs());
        Arbitrary<Long> bits = Arbitraries.oneOf(
                Arbitraries.integers().between(-100_000, 100_000).map(i -> Double.doubleToRawLongBits(i / 100.0)),
                Arbitraries.floats().map(f -> Double.doubleToRawLongBits(f)),
                Arbitraries.doubles().map(Double::doubleToRawLongBits),
                Arbitraries.longs());
        Arbitrary<Integer> qualities =
                Arbitraries.oneOf(Arbitraries.just(Quality.GOOD), Arbitraries.of(Quality.BAD), Arbitraries.integers());
        return Combinators.combine(
                        tags,
                        times,
                        Arbitraries.of(Kind.class),
                        bits,
                        Arbitraries.strings().ofMaxLength(12),
                        qualities)
                .as(Row::new)
                .list()
                .ofMaxSize(200);
    }

    private static SampleBatch batch(List<Row> rows) {
        SampleBatch.Builder builder = SampleBatch.builder(rows.size());
        for (Row row : rows) {
            switch (row.kind()) {
                case TEXT -> builder.addText(row.tag(), row.time(), row.text(), row.quality());
                case NONE -> builder.addBits(row.tag(), row.time(), Kind.NONE, 0, row.quality());
                case REAL, WHOLE, FLAG -> builder.addBits(row.tag(), row.time(), row.kind(), row.bits(), row.quality());
            }
        }
        return builder.build();
    }

    /** Column by column: equality of values would take all NaNs for one. */
    private static void assertSame(SampleBatch actual, SampleBatch expected) {
        assertThat(actual.size()).isEqualTo(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.tag(i)).isEqualTo(expected.tag(i));
            assertThat(actual.time(i)).isEqualTo(expected.time(i));
            assertThat(actual.quality(i)).isEqualTo(expected.quality(i));
            assertThat(actual.kind(i)).isEqualTo(expected.kind(i));
            assertThat(actual.bits(i)).isEqualTo(expected.bits(i));
            assertThat(actual.text(i)).isEqualTo(expected.text(i));
        }
    }
}
