package org.millrace.source.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionPartsTest {
    @Test
    void portsFollowTheScheme() {
        assertThat(BrokerAddress.parse("mqtt://broker")).isEqualTo(new BrokerAddress("broker", 1883, false, null));
        assertThat(BrokerAddress.parse("mqtts://broker/")).isEqualTo(new BrokerAddress("broker", 8883, true, null));
        assertThat(BrokerAddress.parse("mqtt://[::1]:99")).isEqualTo(new BrokerAddress("::1", 99, false, null));
        assertThat(BrokerAddress.parse("mqtt://[::1]:99")).hasToString("mqtt://[::1]:99");
        assertThat(BrokerAddress.parse("ws://broker/mqtt")).isEqualTo(new BrokerAddress("broker", 80, false, "mqtt"));
        assertThat(BrokerAddress.parse("wss://broker:8443/mqtt")).hasToString("wss://broker:8443/mqtt");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "broker:1883", "tcp://broker:1883", "mqtt://u:p@broker", "mqtt://broker/path", "mqtt://"})
    void whatIsNoBrokerIsRefusedWithTheFormThatWorks(String text) {
        assertThatThrownBy(() -> BrokerAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mqtt://host:1883");
    }

    @Test
    void aMessageBelongsToTheFirstFilterThatMatchesAlsoWhenShared() {
        TopicTable table = new TopicTable(List.of(
                new MqttSourceFile.Topic(
                        "$share/hub/application/+/device/+/event/up", "chirpstack", 1, Map.of(), Optional.empty()),
                new MqttSourceFile.Topic("plant/#", "json", 1, Map.of("device", "x"), Optional.empty())));
        assertThat(table.find("application/1/device/2/event/up").format()).isEqualTo("chirpstack");
        assertThat(table.find("plant/lyon/a").map()).containsEntry("device", "x");
        assertThat(table.find("other")).isSameAs(TopicTable.NONE);
        assertThatThrownBy(() -> TopicTable.filter("a/#/b")).hasMessageContaining("a/#/b");
    }
}
