package org.millrace.source.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.millrace.source.decode.EdgeNode.metric;
import static org.millrace.source.decode.EdgeNode.payload;
import static org.millrace.source.decode.EdgeNode.unnamed;
import static org.millrace.source.decode.EdgeNode.withQuality;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.eclipse.tahu.message.SparkplugBPayloadDecoder;
import org.eclipse.tahu.message.model.Metric;
import org.eclipse.tahu.message.model.MetricDataType;
import org.eclipse.tahu.message.model.Template;
import org.junit.jupiter.api.Test;
import org.millrace.signal.Quality;
import org.millrace.signal.Reading;
import org.millrace.signal.Value;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.SourceBatch.Payloads;
import org.millrace.source.SourceBatch.Readings;
import org.millrace.source.SourceBatch.Undecodable;

/** The Host Application against payloads of Eclipse Tahu. */
class SparkplugHostTest {
    private static final long T = EdgeNode.TIME * 1_000;
    private static final String NODE = "g/n";
    private static final String PUMP = "g/n/pump";

    private final SparkplugHost host = new SparkplugHost("millrace");
    private final DecodeStep step = new DecodeStep(Decoders.standard(), DecodeStep.AUTO);
    private final List<Conversation.Message> answers = new ArrayList<>();
    private long now = T;

    private Readings hear(String topic, byte[] bytes) {
        now += 1_000;
        Conversation.Turn turn = host.hear(new Payload(topic, bytes, Decoders.SPARKPLUG, Map.of(), now));
        answers.addAll(turn.answers());
        return step.apply(new Payloads("s", now, turn.payloads()));
    }

    private void births(long firstAlias) {
        hear(
                "spBv1.0/g/NBIRTH/n",
                payload(
                        0,
                        List.of(
                                metric("bdSeq", -1, MetricDataType.Int64, 3L),
                                metric("load", 1, MetricDataType.Double, 0.5))));
        hear(
                "spBv1.0/g/DBIRTH/n/pump",
                payload(
                        1,
                        List.of(
                                metric("temperature", firstAlias, MetricDataType.Float, 20.5f),
                                metric("pressure", firstAlias + 1, MetricDataType.Int16, (short) -4))));
    }

    private Readings data(long seq, Metric... metrics) {
        return hear("spBv1.0/g/DDATA/n/pump", payload(seq, List.of(metrics)));
    }

    private static Reading reading(String device, String field, Value value) {
        return new Reading(device, field, value, T, Quality.GOOD);
    }

    @Test
    void aBirthGivesItsValuesAndSaysThatTheDeviceIsThere() {
        births(7);
        Readings birth =
                hear("spBv1.0/g/DBIRTH/n/fan", payload(2, List.of(metric("on", 9, MetricDataType.Boolean, true))));
        assertThat(birth.readings())
                .containsExactly(
                        reading("g/n/fan", "online", Value.of(true)), reading("g/n/fan", "on", Value.of(true)));
        assertThat(answers).isEmpty();
    }

    @Test
    void aliasesAreNamedByTheBirthOfTheirDevice() {
        births(7);
        Readings data = data(2, unnamed(8, MetricDataType.Int16, (short) -9), unnamed(7, MetricDataType.Float, 21.25f));
        assertThat(data.readings())
                .containsExactly(
                        reading(PUMP, "pressure", Value.of(-9L)), reading(PUMP, "temperature", Value.of(21.25)));
        assertThat(data.undecodable()).isEmpty();
    }

    @Test
    void everyTypeKeepsItsSignAndSize() {
        List<Metric> metrics = List.of(
                metric("i8", 1, MetricDataType.Int8, (byte) -1),
                metric("i16", 2, MetricDataType.Int16, Short.MIN_VALUE),
                metric("i32", 3, MetricDataType.Int32, -7),
                metric("i64", 4, MetricDataType.Int64, Long.MIN_VALUE),
                metric("u8", 5, MetricDataType.UInt8, (short) 255),
                metric("u16", 6, MetricDataType.UInt16, 65_535),
                metric("u32", 7, MetricDataType.UInt32, 4_294_967_295L),
                metric("u64", 8, MetricDataType.UInt64, BigInteger.ONE.shiftLeft(63)),
                metric("f", 9, MetricDataType.Float, 0.25f),
                metric("d", 10, MetricDataType.Double, -1e300),
                metric("b", 11, MetricDataType.Boolean, false),
                metric("s", 12, MetricDataType.String, "läuft"),
                metric("at", 13, MetricDataType.DateTime, new Date(EdgeNode.TIME)),
                metric("none", 14, MetricDataType.Double, null));
        Readings birth = hear("spBv1.0/g/NBIRTH/n", payload(0, metrics));
        assertThat(birth.readings())
                .extracting(Reading::field, Reading::value, Reading::quality)
                .containsExactly(
                        tuple("online", Value.of(true), Quality.GOOD),
                        tuple("i8", Value.of(-1L), Quality.GOOD),
                        tuple("i16", Value.of(-32_768L), Quality.GOOD),
                        tuple("i32", Value.of(-7L), Quality.GOOD),
                        tuple("i64", Value.of(Long.MIN_VALUE), Quality.GOOD),
                        tuple("u8", Value.of(255L), Quality.GOOD),
                        tuple("u16", Value.of(65_535L), Quality.GOOD),
                        tuple("u32", Value.of(4_294_967_295L), Quality.GOOD),
                        tuple("u64", Value.of(0x1p63), Quality.GOOD),
                        tuple("f", Value.of(0.25), Quality.GOOD),
                        tuple("d", Value.of(-1e300), Quality.GOOD),
                        tuple("b", Value.of(false), Quality.GOOD),
                        tuple("s", Value.of("läuft"), Quality.GOOD),
                        tuple("at", Value.of("2023-11-14T22:13:20Z"), Quality.GOOD),
                        tuple("none", Value.NONE, Quality.BAD));
    }

    @Test
    void afterALostMessageNoAliasIsNamedUntilTheNextBirthAndARebirthIsAskedForOnce() throws Exception {
        births(7);
        Readings data = data(4, unnamed(7, MetricDataType.Float, 1f));
        assertThat(data.readings()).isEmpty();
        assertThat(data.undecodable()).extracting(Undecodable::reason).containsExactly(Reasons.NO_BIRTH);
        data(5, unnamed(7, MetricDataType.Float, 1f));
        assertThat(answers).hasSize(1);
        assertThat(answers.getFirst().topic()).isEqualTo("spBv1.0/g/NCMD/n");
        assertThat(answers.getFirst().retained()).isFalse();
        Metric command = new SparkplugBPayloadDecoder()
                .buildFromByteArray(answers.getFirst().bytes(), null)
                .getMetrics()
                .getFirst();
        assertThat(command.getName()).isEqualTo("Node Control/Rebirth");
        assertThat(command.getValue()).isEqualTo(true);
        now += SparkplugHost.ASK_AGAIN;
        data(6, unnamed(7, MetricDataType.Float, 1f));
        assertThat(answers).as("asked again when there is no answer").hasSize(2);

        births(8); // the same names under other aliases
        assertThat(data(2, unnamed(8, MetricDataType.Float, 5f)).readings())
                .containsExactly(reading(PUMP, "temperature", Value.of(5.0)));
    }

    @Test
    void namesOfTheirOwnAreReadAlsoWithoutABirthButOnlyWhereTheTypeIsSure() {
        Readings data = data(17, metric("temperature", 7, MetricDataType.Float, 3f));
        assertThat(data.readings()).containsExactly(reading(PUMP, "temperature", Value.of(3.0)));
        assertThat(answers).hasSize(1);
    }

    @Test
    void sequenceNumbersGoRoundAt256() {
        births(7);
        for (int seq = 2; seq < 600; seq++) {
            assertThat(data(seq & 0xFF, unnamed(7, MetricDataType.Float, (float) seq))
                            .readings())
                    .containsExactly(reading(PUMP, "temperature", Value.of((double) seq)));
        }
        assertThat(answers).isEmpty();
    }

    @Test
    void aConnectionOfItsOwnThatWasLostMakesEveryAliasUnsure() {
        births(7);
        host.will(now);
        assertThat(host.connected(now))
                .extracting(Conversation.Message::topic)
                .containsExactly("spBv1.0/STATE/millrace", "spBv1.0/g/NCMD/n");
        Readings data = data(2, unnamed(7, MetricDataType.Float, 1f)); // fits by chance: 256 messages may be missing
        assertThat(data.readings()).isEmpty();
    }

    @Test
    void theDeathOfANodeMakesEveryMetricOfItAndItsDevicesBad() {
        births(7);
        Readings death =
                hear("spBv1.0/g/NDEATH/n", payload(-1, List.of(metric("bdSeq", -1, MetricDataType.Int64, 3L))));
        assertThat(death.readings())
                .extracting(Reading::device, Reading::field, Reading::value, Reading::quality)
                .contains(
                        tuple(NODE, "online", Value.of(false), Quality.GOOD),
                        tuple(NODE, "load", Value.NONE, Quality.BAD_NO_COMMUNICATION),
                        tuple(PUMP, "online", Value.of(false), Quality.GOOD),
                        tuple(PUMP, "temperature", Value.NONE, Quality.BAD_NO_COMMUNICATION),
                        tuple(PUMP, "pressure", Value.NONE, Quality.BAD_NO_COMMUNICATION));
        assertThat(data(2, unnamed(7, MetricDataType.Float, 1f)).readings()).isEmpty();
    }

    @Test
    void theWillOfASessionBeforeIsNoDeath() {
        births(7);
        Readings old = hear("spBv1.0/g/NDEATH/n", payload(-1, List.of(metric("bdSeq", -1, MetricDataType.Int64, 2L))));
        assertThat(old.readings()).isEmpty();
        assertThat(data(2, unnamed(7, MetricDataType.Float, 1f)).readings()).hasSize(1);
    }

    @Test
    void aDeviceThatDiesLeavesTheOthersAlive() {
        births(7);
        Readings death = hear("spBv1.0/g/DDEATH/n/pump", payload(2, List.of()));
        assertThat(death.readings())
                .extracting(Reading::field, Reading::quality)
                .containsExactly(
                        tuple("online", Quality.GOOD),
                        tuple("temperature", Quality.BAD_NO_COMMUNICATION),
                        tuple("pressure", Quality.BAD_NO_COMMUNICATION));
        assertThat(hear("spBv1.0/g/NDATA/n", payload(3, List.of(unnamed(1, MetricDataType.Double, 2.0))))
                        .readings())
                .containsExactly(reading(NODE, "load", Value.of(2.0)));
    }

    @Test
    void qualityAndHistoricalTimesAreKept() {
        births(7);
        Metric late = unnamed(7, MetricDataType.Float, 1f);
        late.setTimestamp(new Date(EdgeNode.TIME - 60_000));
        late.setHistorical(true);
        Readings data = data(
                2,
                late,
                withQuality(unnamed(7, MetricDataType.Float, 2f), 0),
                withQuality(unnamed(7, MetricDataType.Float, 3f), 500),
                withQuality(unnamed(7, MetricDataType.Float, 4f), 192));
        assertThat(data.readings())
                .extracting(Reading::sourceTime, Reading::quality)
                .containsExactly(
                        tuple(T - 60_000_000, Quality.GOOD),
                        tuple(T, Quality.BAD),
                        tuple(T, Quality.UNCERTAIN_LAST_USABLE_VALUE),
                        tuple(T, Quality.GOOD));
    }

    @Test
    void membersOfATemplateAreFieldsOfTheirOwn() throws Exception {
        Template motor = new Template.TemplateBuilder()
                .version("1")
                .templateRef("motor")
                .definition(false)
                .addMetric(metric("rpm", -1, MetricDataType.Int32, 1480))
                .createTemplate();
        Readings birth =
                hear("spBv1.0/g/NBIRTH/n", payload(0, List.of(metric("m1", 4, MetricDataType.Template, motor))));
        assertThat(birth.readings()).contains(reading(NODE, "m1/rpm", Value.of(1480L)));
    }

    @Test
    void theStateMessageIsWillBirthAndFarewellInOneOrder() {
        Conversation.Message will = host.will(T).orElseThrow();
        Conversation.Message birth = host.connected(T + 5_000_000).getFirst();
        hear("spBv1.0/STATE/millrace", will.bytes());
        assertThat(answers)
                .as("a late will is contradicted")
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(birth);
        Conversation.Message farewell = host.leaving(T + 9_000_000).getFirst();
        assertThat(List.of(will, birth, farewell))
                .allMatch(m -> m.topic().equals("spBv1.0/STATE/millrace") && m.qos() == 1 && m.retained())
                .extracting(m -> new String(m.bytes(), StandardCharsets.UTF_8))
                .containsExactly(
                        "{\"online\":false,\"timestamp\":1700000000000}",
                        "{\"online\":true,\"timestamp\":1700000000000}",
                        "{\"online\":false,\"timestamp\":1700000009000}");
        hear("spBv1.0/STATE/millrace", farewell.bytes());
        assertThat(answers).as("the farewell is not").hasSize(1);
    }

    @Test
    void whatIsNoSparkplugIsSaidToBeSo() {
        Readings decoded = hear("spBv1.0/g/DDATA/n/pump", "not protobuf".getBytes(StandardCharsets.UTF_8));
        assertThat(decoded.undecodable()).extracting(Undecodable::reason).containsExactly(Reasons.MALFORMED);
    }
}
