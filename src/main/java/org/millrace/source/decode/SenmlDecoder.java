package org.millrace.source.decode;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch.Payload;

/**
 * SenML in JSON (RFC 8428): base name, time, value and sum, relative times.
 *
 * <p>The device is the base name without the separator at its end, the field is the name; without a base name the device
 * is the topic; without a name the field is {@code value}. A sum is the field with {@code .sum}. A time below 2^28 is
 * relative to the time of receipt (§4.5.3). A record that is not understood (§4.4: a label that ends in {@code _}) or has
 * no value is refused, the others are kept.
 */
final class SenmlDecoder implements Decoder {
    private static final int VERSION = 10;
    private static final BigDecimal RELATIVE_BELOW = BigDecimal.valueOf(1L << 28);

    @Override
    public void decode(Payload payload, Sink out) {
        Json.tree(payload, out).ifPresent(root -> {
            if (root.isArray() && !root.isEmpty()) {
                Pack pack = new Pack(payload, out);
                root.forEach(pack::record);
            } else {
                out.undecodable(payload, Reasons.NO_READINGS, "a SenML pack is a list of records (RFC 8428 §4)");
            }
        });
    }

    private static final class Pack {
        private final Payload payload;
        private final Sink out;
        private String baseName = "";
        private BigDecimal baseTime = BigDecimal.ZERO;
        private BigDecimal baseValue = BigDecimal.ZERO;
        private BigDecimal baseSum = BigDecimal.ZERO;
        private boolean refused;
        private int index;

        Pack(Payload payload, Sink out) {
            this.payload = payload;
            this.out = out;
        }

        void record(JsonNode record) {
            int at = index++;
            try {
                if (!refused) {
                    read(record, at);
                }
            } catch (NumberFormatException | ArithmeticException e) {
                fault(at, Reasons.WRONG_TYPE, "holds something other than a number where one must be");
            }
        }

        private void read(JsonNode record, int at) {
            if (record.path("bver").asInt(VERSION) > VERSION) {
                refused = true;
                fault(at, Reasons.OTHER_FORMAT, "is of SenML version " + record.get("bver") + "; known is " + VERSION);
                return;
            }
            baseName = record.path("bn").asText(baseName);
            baseTime = number(record, "bt", baseTime);
            baseValue = number(record, "bv", baseValue);
            baseSum = number(record, "bs", baseSum);
            for (Map.Entry<String, JsonNode> member : record.properties()) {
                if (member.getKey().endsWith("_")) {
                    fault(
                            at,
                            Reasons.WRONG_TYPE,
                            "must be understood whole, and '" + member.getKey() + "' is not known");
                    return;
                }
            }
            String field = record.path("n").asText("");
            Found found = new Found();
            if (record.has("v")) {
                found.add(name(field), real(baseValue.add(number(record, "v", BigDecimal.ZERO))));
            } else if (record.has("vs") || record.has("vb") || record.has("vd")) {
                found.add(
                        name(field),
                        Nodes.scalar(
                                record.has("vs")
                                        ? record.get("vs")
                                        : record.has("vb") ? record.get("vb") : record.get("vd")));
            } else if (!field.isEmpty() && record.path("s").isMissingNode()) {
                fault(at, Reasons.WRONG_TYPE, "has neither v, vs, vb, vd nor s");
                return;
            }
            if (record.has("s")) {
                found.add(name(field) + ".sum", real(baseSum.add(number(record, "s", BigDecimal.ZERO))));
            }
            if (found.isEmpty()) {
                if (!record.isEmpty()
                        && record.properties().stream().allMatch(m -> m.getKey().startsWith("b"))) {
                    return; // only base values: they hold for the records that follow
                }
                fault(at, Reasons.WRONG_TYPE, "has no value");
                return;
            }
            found.into(out, payload, device(), time(record));
        }

        private static String name(String field) {
            return field.isEmpty() ? "value" : field;
        }

        private String device() {
            String base = baseName.replaceAll("[:/._-]+$", "");
            return base.isEmpty() ? payload.topic() : base;
        }

        private long time(JsonNode record) {
            if (!record.has("t") && baseTime.signum() == 0) {
                return Reading.NO_TIME;
            }
            BigDecimal seconds = baseTime.add(number(record, "t", BigDecimal.ZERO));
            long micros =
                    seconds.movePointRight(6).setScale(0, RoundingMode.FLOOR).longValueExact();
            return seconds.compareTo(RELATIVE_BELOW) < 0 ? payload.hubTime() + micros : micros;
        }

        private static BigDecimal number(JsonNode record, String key, BigDecimal otherwise) {
            if (!record.has(key)) {
                return otherwise;
            }
            if (!record.get(key).isNumber()) {
                throw new NumberFormatException(key);
            }
            return record.get(key).decimalValue();
        }

        private static Value real(BigDecimal number) {
            if (number.signum() == 0
                    || number.precision() - number.scale() <= 18
                            && number.stripTrailingZeros().scale() <= 0) {
                return Value.of(number.longValueExact());
            }
            return Value.of(number.doubleValue());
        }

        private void fault(int at, String reason, String what) {
            out.undecodable(payload, reason, "record " + at + " " + what);
        }
    }
}
