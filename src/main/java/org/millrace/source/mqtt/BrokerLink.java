package org.millrace.source.mqtt;

import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfigBuilder;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.millrace.source.decode.Conversation.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the broker, from the first SYN to its end. Never used again afterwards: the HiveMQ client counts
 * messages of the connection before against the receive maximum and acknowledges strictly in order, so that one object
 * over many connections stalls or disconnects itself.
 */
final class BrokerLink {
    /** Told from the connection's own thread, in order: session, message…, down. {@code down} comes exactly once. */
    interface Events {
        /** Connected. @param resumed the broker still had the session, and sends what was not acknowledged */
        void session(BrokerLink link, boolean resumed);

        /** @param refused filters the broker did not grant; empty when all is well */
        void subscribed(BrokerLink link, List<String> refused);

        void message(BrokerLink link, Wire.Arrived message);

        void down(BrokerLink link, Loss loss);
    }

    /**
     * What a connection is to be.
     *
     * @param receiveMaximum what is announced to the broker
     * @param clean no session before and after
     * @param window the broker knows no receive maximum, or does not keep to it: more than that is passed over
     * @param subscribed the session, if the broker still has it, has all filters of this file
     */
    record Plan(
            BrokerAddress address,
            int receiveMaximum,
            Optional<Message> will,
            boolean clean,
            boolean window,
            boolean subscribed) {}

    private static final Logger LOG = LoggerFactory.getLogger(BrokerLink.class);

    final Intake.Origin origin = new Intake.Origin();
    private final MqttSourceFile file;
    private final Events events;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable Wire wire;
    private volatile @Nullable Window window;
    private volatile @Nullable Loss leaving;
    private volatile boolean resumed;

    BrokerLink(MqttSourceFile file, Events events) {
        this.file = file;
        this.events = events;
    }

    /** Returns at once. */
    void open(Plan plan, UnaryOperator<String> secrets) {
        try {
            Optional<byte[]> password =
                    file.password().map(secret -> secret.reveal(secrets).getBytes(StandardCharsets.UTF_8));
            if (plan.window() && !plan.clean()) {
                window = new Window(file.receiveMaximum());
            }
            Wire fresh = Wire.of(
                    new Wire.Settings(
                            file,
                            transport(plan.address(), secrets),
                            password,
                            plan.receiveMaximum(),
                            plan.will(),
                            plan.clean()),
                    new Ears());
            wire = fresh;
            var unused = fresh.connect()
                    .thenCompose(ack -> subscribe(fresh, plan.subscribed()))
                    .whenComplete(this::subscribed);
        } catch (RuntimeException e) {
            end(e);
        }
    }

    /**
     * On every connection, so that new filters of the file take effect; not where that would bring all retained messages
     * again and nothing is new.
     */
    private CompletableFuture<List<String>> subscribe(Wire connected, boolean before) {
        return before && resumed && connected.repeatsRetained()
                ? CompletableFuture.completedFuture(List.of())
                : connected.subscribe();
    }

    /** In one piece: what is said to the client's builder besides a whole transport configuration, it forgets. */
    private MqttClientTransportConfig transport(BrokerAddress address, UnaryOperator<String> secrets) {
        MqttClientTransportConfigBuilder transport = MqttClientTransportConfig.builder()
                .serverHost(address.host())
                .serverPort(address.port())
                .socketConnectTimeout(10, TimeUnit.SECONDS)
                .mqttConnectTimeout(20, TimeUnit.SECONDS);
        if (address.tls()) {
            transport = file.tls().isPresent()
                    ? transport.sslConfig(TlsFiles.config(file.tls().get(), secrets))
                    : transport.sslWithDefaultConfig();
        }
        return address.path() == null
                ? transport.build()
                : transport
                        .webSocketConfig(MqttWebSocketConfig.builder()
                                .serverPath(address.path())
                                .build())
                        .build();
    }

    /** Publishes on this connection; what can't be sent is gone with it. */
    void publish(Message message) {
        Wire connected = wire;
        if (connected == null || ended.get()) {
            return;
        }
        var unused = connected.publish(message).exceptionally(lost -> {
            LOG.debug("{}: {} was not published", file.id(), message.topic(), lost);
            return null;
        });
    }

    /** The same, and waits a moment until the broker has it. */
    void publishLast(Message message, Duration patience) {
        Wire connected = wire;
        if (connected == null || ended.get() || !connected.connected()) {
            return;
        }
        try {
            connected.publish(message).get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("{}: {} was not published", file.id(), message.topic(), e);
        }
    }

    /** Leaves in order; the session stays with the broker. */
    void close(Duration patience) {
        origin.open = false;
        Wire connected = wire;
        if (connected == null || ended.get()) {
            return;
        }
        try {
            connected.disconnect().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            end(e); // was not connected, or the broker is gone: there is nothing to leave
        }
    }

    private void subscribed(@Nullable List<String> refused, @Nullable Throwable failure) {
        if (refused != null) {
            events.subscribed(this, refused);
            return;
        }
        Throwable cause = failure == null ? new IllegalStateException("no SUBACK") : failure;
        Wire connected = wire;
        if (connected != null && connected.connected()) {
            var unused = connected.disconnect();
        }
        end(cause);
    }

    private void leave(Loss why) {
        Wire connected = wire;
        if (leaving == null && connected != null) {
            leaving = why;
            var unused = connected.disconnect();
        }
    }

    private void end(Throwable cause) {
        origin.open = false;
        if (ended.compareAndSet(false, true)) {
            Loss wanted = leaving;
            events.down(this, wanted == null ? Loss.of(cause, file) : wanted);
        }
    }

    private final class Ears implements Wire.Ears {
        @Override
        public void session(boolean present) {
            resumed = present;
            events.session(BrokerLink.this, present);
        }

        @Override
        public void arrived(Wire.Arrived message) {
            Window limit = window;
            if (limit == null || !message.kept()) {
                events.message(BrokerLink.this, message);
                return;
            }
            switch (limit.arrived(message.bytes().length)) {
                case TAKE ->
                    events.message(BrokerLink.this, message.acknowledgedBy(() -> {
                        message.acknowledge().run();
                        if (limit.acknowledged()) {
                            leave(new Loss(Loss.Kind.WINDOW, tooMany()));
                        }
                    }));
                case PASS_OVER -> LOG.trace("{}: {} passed over", file.id(), message.topic());
                case FLOOD -> leave(new Loss(Loss.Kind.FLOOD, tooMany()));
            }
        }

        @Override
        public void down(Throwable cause) {
            end(cause);
        }
    }

    private String tooMany() {
        return "the broker sends more at once than receive_maximum (" + file.receiveMaximum() + ")"
                + (file.version() == MqttSourceFile.Version.V3_1_1 ? ", which MQTT 3.1.1 cannot tell it" : "")
                + "; limit it there, or raise receive_maximum";
    }
}
