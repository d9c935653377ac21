package org.millrace.source.mqtt;

/** The same rights in MQTT 3.1.1. */
class MqttSecurity3IT extends MqttSecurityIT {
    @Override
    MqttSourceFile.Version version() {
        return MqttSourceFile.Version.V3_1_1;
    }
}
