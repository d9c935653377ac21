package org.millrace.source.decode;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.decode.SparkplugWire.Held;
import org.millrace.source.decode.SparkplugWire.Metric;

/**
 * Births, data and deaths of Sparkplug B 3.0 (topic {@code spBv1.0/{group}/{type}/{node}[/{device}]}), after
 * {@link SparkplugHost} has written the names beside the aliases.
 *
 * <p>The device is {@code group/node} or {@code group/node/device}, the field the metric's name; of a template
 * {@code name/member}. The time is the metric's, else the payload's. The property {@code Quality} is kept: 192 Good, 0
 * Bad, 500 (stale) Uncertain with a value and Bad without; an OPC UA status code as it is. A birth also gives
 * {@code online} true, a death false. An alias without a name is refused: it is never guessed.
 */
final class SparkplugDecoder implements Decoder {
    private static final String ONLINE = "online";

    @Override
    public void decode(Payload payload, Sink out) {
        Optional<SparkplugTopic> topic = SparkplugTopic.parse(payload.topic());
        if (topic.isEmpty()
                || !(topic.get().birth() || topic.get().data() || topic.get().death())) {
            out.undecodable(
                    payload,
                    Reasons.NOT_UPLINK,
                    "'" + payload.topic() + "' is neither birth, data nor death of Sparkplug B");
            return;
        }
        SparkplugWire.Message message;
        try {
            message = SparkplugWire.read(payload.bytes());
        } catch (IOException e) {
            out.undecodable(payload, Reasons.MALFORMED, "not a payload of Sparkplug B: " + e.getMessage());
            return;
        }
        Found found = new Found();
        if (!topic.get().data()) {
            found.add(ONLINE, Value.of(topic.get().birth()));
        }
        for (Metric metric : message.metrics()) {
            metric(found, metric, "", Reading.NO_TIME);
        }
        // a will is written when the node connects: only the broker's delivery says when it died
        boolean will = topic.get().type().equals("NDEATH");
        found.into(out, payload, topic.get().id(), will ? Reading.NO_TIME : micros(message.time()));
    }

    private static void metric(Found found, Metric metric, String prefix, long above) {
        String name = prefix + metric.name();
        long time = metric.time() >= 0 ? micros(metric.time()) : above;
        if (metric.name().isEmpty()) {
            found.fault(
                    Reasons.NO_BIRTH,
                    metric.alias() >= 0
                            ? "alias " + metric.alias()
                                    + " has no name: the birth of the node was not seen, or messages"
                                    + " were lost since; a rebirth has been asked for"
                            : "a metric with neither name nor alias");
        } else if (metric.isNull()) {
            int quality =
                    metric.quality() == SparkplugWire.STALE ? Quality.BAD_NO_COMMUNICATION : quality(metric.quality());
            found.add(name, Value.NONE, time, quality);
        } else {
            switch (metric.held()) {
                case Held.Nothing nothing -> found.add(name, Value.NONE, time, Quality.BAD);
                case Held.Bits bits -> whole(found, name, bits, metric, time);
                case Held.Real real -> found.add(name, Value.of(real.value()), time, quality(metric.quality()));
                case Held.Flag flag -> found.add(name, Value.of(flag.value()), time, quality(metric.quality()));
                case Held.Text text -> found.add(name, Value.of(text.value()), time, quality(metric.quality()));
                case Held.Members members -> members.members().forEach(m -> metric(found, m, name + '/', time));
                case Held.Other other ->
                    found.fault(Reasons.WRONG_TYPE, "'" + name + "' is " + other.what() + "; a reading is one value");
            }
        }
    }

    /** The wire has no sign of its own: the data type says what the bits mean (§6.4.16). */
    private static void whole(Found found, String name, Held.Bits bits, Metric metric, long time) {
        long raw = bits.bits();
        int quality = quality(metric.quality());
        switch (metric.type()) {
            case 1 -> found.add(name, Value.of((long) (byte) raw), time, quality);
            case 2 -> found.add(name, Value.of((long) (short) raw), time, quality);
            case 3 -> found.add(name, Value.of((long) (int) raw), time, quality);
            case 4 -> found.add(name, Value.of(raw), time, quality);
            case 5, 6, 7 -> found.add(name, Value.of(raw & 0xFFFF_FFFFL), time, quality);
            case 8 -> found.add(name, raw >= 0 ? Value.of(raw) : Value.of(real(raw)), time, quality);
            case SparkplugWire.BOOLEAN -> found.add(name, Value.of(raw != 0), time, quality);
            case 13 -> found.add(name, date(raw), time, quality);
            default ->
                found.fault(
                        Reasons.NO_BIRTH,
                        "'" + name + "' has no data type that fits a whole number: its birth was not seen");
        }
    }

    private static Value date(long millis) {
        try {
            return Value.of(Instant.ofEpochMilli(millis).toString());
        } catch (DateTimeException e) {
            return Value.of(millis);
        }
    }

    /** Of an unsigned number: beyond 63 bits a real number is the nearest there is. */
    private static double real(long bits) {
        return (bits >>> 1) * 2.0;
    }

    static int quality(long code) {
        if (code < 0 || code == 192) {
            return Quality.GOOD;
        }
        if (code == SparkplugWire.STALE) {
            return Quality.UNCERTAIN_LAST_USABLE_VALUE;
        }
        if (code >= Quality.UNCERTAIN) {
            return (int) code; // an OPC UA status code
        }
        return code < 64 ? Quality.BAD : code < 128 ? Quality.UNCERTAIN : code < 256 ? Quality.GOOD : Quality.UNCERTAIN;
    }

    private static long micros(long millis) {
        return millis < 0 || millis > Long.MAX_VALUE / 1_000 ? Reading.NO_TIME : millis * 1_000;
    }
}
