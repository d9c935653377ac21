package org.millrace.source.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millrace.signal.Reading;
import org.millrace.source.MapMemory;
import org.millrace.source.SourceBatch.Payload;
import org.millrace.source.SourceBatch.Payloads;
import org.millrace.source.SourceBatch.Readings;
import org.millrace.source.SourceBatch.Undecodable;
import org.millrace.source.SourceMemory;

/** Payloads of the common databus payload format, © Siemens AG, MIT licence. */
class SiemensMetadataTest {
    private static final String METADATA_TOPIC = "ie/m/j/simatic/v1/custom1/dp";
    private static final String DATA_TOPIC = "ie/d/j/simatic/v1/custom1/dp/r/Connection_1/Collection_1";
    private static final String METADATA = """
            {"seq":1,"hashVersion":123456789,"applicationName":"Custom Connector V1.0",
             "statustopic":"ie/s/j/simatic/v1/custom1/status","connections":[{"name":"Connection_1","type":"simulated",
             "dataPoints":[{"name":"Collection_1","topic":"ie/d/j/simatic/v1/custom1/dp/r/Connection_1/Collection_1",
             "publishType":"bulk","dataPointDefinitions":[
             {"name":"Datapoint_Bool","id":"101","dataType":"Bool"},{"name":"Datapoint_Int","id":"102","dataType":"Int"}]}]}]}
            """;
    private static final String DATA = """
            {"seq":1,"vals":[{"id":"101","val":false,"ts":"2022-07-21T13:01:50.159Z","qc":3},
             {"id":"102","val":4,"ts":"2022-07-21T13:01:50.159Z","qc":3}]}
            """;

    private final SourceMemory memory = new MapMemory();

    private static Payload payload(String topic, String text) {
        return new Payload(topic, text.getBytes(StandardCharsets.UTF_8), Decoders.SIEMENS, Map.of(), 1);
    }

    private static Readings decode(Conversation.Turn turn) {
        return new DecodeStep(Decoders.standard(), DecodeStep.AUTO).apply(new Payloads("s", 1, turn.payloads()));
    }

    private Conversation.Turn hear(Conversation conversation, String topic, String text) {
        Conversation.Turn turn = conversation.hear(payload(topic, text));
        turn.onceDurable().ifPresent(note -> memory.keep(note.key(), note.value()));
        return turn;
    }

    @Test
    void metadataNamesTheValuesAlsoAfterARestart() {
        hear(new SiemensMetadata(memory), METADATA_TOPIC, METADATA);
        Readings decoded = decode(hear(new SiemensMetadata(memory), DATA_TOPIC, DATA));
        assertThat(decoded.undecodable()).isEmpty();
        assertThat(decoded.readings())
                .extracting(Reading::device, Reading::field)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple("custom1/Connection_1/Collection_1", "Datapoint_Bool"),
                        org.assertj.core.api.Assertions.tuple("custom1/Connection_1/Collection_1", "Datapoint_Int"));
    }

    @Test
    void anIdThatIsGoneFromNewMetadataIsNotNamedByTheOld() {
        SiemensMetadata conversation = new SiemensMetadata(memory);
        hear(conversation, METADATA_TOPIC, METADATA);
        hear(conversation, METADATA_TOPIC, METADATA.replace("\"id\":\"102\"", "\"id\":\"202\""));
        Readings decoded = decode(hear(conversation, DATA_TOPIC, DATA));
        assertThat(decoded.readings()).extracting(Reading::field).containsExactly("Datapoint_Bool");
        assertThat(decoded.undecodable()).extracting(Undecodable::reason).containsExactly(Reasons.NO_METADATA);
    }

    @Test
    void oneIdWithTwoNamesNamesNothing() {
        SiemensMetadata conversation = new SiemensMetadata(memory);
        hear(conversation, METADATA_TOPIC, METADATA.replace("\"id\":\"102\"", "\"id\":\"101\""));
        assertThat(decode(hear(conversation, DATA_TOPIC, DATA)).readings()).isEmpty();
    }

    @Test
    void aNameThatADeviceWritesItselfIsNotBelieved() {
        SiemensMetadata conversation = new SiemensMetadata(memory);
        hear(conversation, METADATA_TOPIC, METADATA);
        String forged = "{\"vals\":[{\"id\":\"999\",\"name\":\"Datapoint_Int\",\"val\":1}]}";
        assertThat(decode(hear(conversation, DATA_TOPIC, forged)).readings()).isEmpty();
    }

    @Test
    void metadataHeardAgainIsNotWrittenAgainAndBrokenMetadataIsADeadLetter() {
        SiemensMetadata conversation = new SiemensMetadata(memory);
        hear(conversation, METADATA_TOPIC, METADATA);
        assertThat(hear(conversation, METADATA_TOPIC, METADATA).onceDurable()).isEmpty();
        assertThat(decode(hear(conversation, METADATA_TOPIC, "{")).undecodable())
                .extracting(Undecodable::reason)
                .containsExactly(Reasons.MALFORMED);
        assertThat(List.copyOf(memory.load().keySet())).containsExactly("siemens-ie " + METADATA_TOPIC);
    }
}
