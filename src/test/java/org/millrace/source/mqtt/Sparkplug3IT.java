package org.millrace.source.mqtt;

/** The same Host Application in MQTT 3.1.1. */
class Sparkplug3IT extends SparkplugIT {
    @Override
    MqttSourceFile.Version version() {
        return MqttSourceFile.Version.V3_1_1;
    }
}
