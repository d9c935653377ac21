package org.millrace.source.mqtt;

import com.hivemq.client.mqtt.MqttClientExecutorConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfig;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.millrace.source.decode.Conversation.Message;

/**
 * A client object of one protocol version, for one connection: only what the versions say differently. When to connect,
 * what to acknowledge and what a loss means is the same for both and known elsewhere.
 */
sealed interface Wire permits Wire3, Wire5 {
    /**
     * @param password in the clear, for this connection only
     * @param receiveMaximum what MQTT 5 announces to the broker; 3.1.1 cannot say it
     * @param clean the broker is to forget the session before and after
     */
    record Settings(
            MqttSourceFile file,
            MqttClientTransportConfig transport,
            Optional<byte[]> password,
            int receiveMaximum,
            Optional<Message> will,
            boolean clean) {
        private static final int MAX_UINT16 = 65_535;

        /**
         * A thread of its own for each connection, which ends with it. On the client's shared ones the note to end the
         * session (after days) would keep every connection that ever was in memory.
         */
        MqttClientExecutorConfig executor() {
            return MqttClientExecutorConfig.builder()
                    .nettyExecutor(loop -> Thread.ofPlatform()
                            .name("mqtt-" + file().id())
                            .daemon()
                            .start(loop))
                    .nettyThreads(1)
                    .build();
        }

        int keepAliveSeconds() {
            return (int) Math.min(Math.max(1, file.keepAlive().toSeconds()), MAX_UINT16);
        }
    }

    /** Called on the connection's own thread, in order: session, arrived…, down. */
    interface Ears {
        void session(boolean resumed);

        void arrived(Arrived message);

        void down(Throwable cause);
    }

    /**
     * @param kept QoS 1 or 2: the broker keeps it until acknowledged
     * @param acknowledge sends the PUBACK, or PUBREC
     */
    record Arrived(String topic, byte[] bytes, boolean kept, boolean retained, Runnable acknowledge) {
        Arrived acknowledgedBy(Runnable other) {
            return new Arrived(topic, bytes, kept, retained, other);
        }
    }

    static Wire of(Settings settings, Ears ears) {
        return switch (settings.file().version()) {
            case V5 -> new Wire5(settings, ears);
            case V3_1_1 -> new Wire3(settings, ears);
        };
    }

    CompletableFuture<?> connect();

    /**
     * All filters of the file.
     *
     * @return filters the broker did not grant, each with its code; fails when it granted none
     */
    CompletableFuture<List<String>> subscribe();

    /** Whether a SUBSCRIBE to what the session already has brings its retained messages again. */
    boolean repeatsRetained();

    /** Completed when the broker has it, as far as the QoS can tell. */
    CompletableFuture<?> publish(Message message);

    /** Leaves in order; the session stays with the broker. */
    CompletableFuture<?> disconnect();

    boolean connected();
}
