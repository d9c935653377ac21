package org.millrace.source.mqtt;

/** The same guarantees in MQTT 3.1.1. */
class MqttSource3IT extends MqttSourceIT {
    @Override
    MqttSourceFile.Version version() {
        return MqttSourceFile.Version.V3_1_1;
    }
}
