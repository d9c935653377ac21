package org.millrace.source.mqtt;

import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfigBuilder;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.lifecycle.Mqtt5ClientConnectedContext;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAck;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.millrace.source.decode.Conversation.Message;
import org.millrace.source.decode.Decoders;
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

        void message(BrokerLink link, Mqtt5Publish publish);

        void down(BrokerLink link, Throwable cause);
    }

    /** Larger packets the broker must not send (MQTT 5 §3.1.2.11.4); 60 times what any decoder reads. */
    static final int MAX_PACKET = 16 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(BrokerLink.class);
    private static final int MAX_UINT16 = 65_535;

    final Intake.Origin origin = new Intake.Origin();
    private final MqttSourceFile file;
    private final Events events;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable Mqtt5AsyncClient client;

    BrokerLink(MqttSourceFile file, Events events) {
        this.file = file;
        this.events = events;
    }

    /** Returns at once. @param receiveMaximum what is announced to the broker */
    void open(
            BrokerAddress address,
            int receiveMaximum,
            UnaryOperator<String> secrets,
            Optional<Message> will,
            boolean cleanStart) {
        try {
            Mqtt5ClientBuilder builder = Mqtt5Client.builder()
                    .identifier(file.clientId())
                    .transportConfig(transport(address, secrets))
                    .addConnectedListener(context -> events.session(
                            this,
                            ((Mqtt5ClientConnectedContext) context).getConnAck().isSessionPresent()))
                    .addDisconnectedListener(context -> end(context.getCause()));
            Mqtt5AsyncClient fresh = builder.buildAsync();
            client = fresh;
            // before connecting, on the connection's own thread: a durable session's messages follow the CONNACK at
            // once
            fresh.publishes(MqttGlobalPublishFilter.ALL, publish -> events.message(this, publish), Runnable::run, true);
            var unused = fresh.connect(connect(receiveMaximum, secrets, will, cleanStart))
                    .thenCompose(ack -> fresh.subscribe(subscribe()))
                    .whenComplete(this::subscribed);
        } catch (RuntimeException e) {
            end(e);
        }
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
        Mqtt5AsyncClient connected = client;
        if (connected == null || ended.get()) {
            return;
        }
        var unused = connected.publish(packet(message)).exceptionally(lost -> {
            LOG.debug("{}: {} was not published", file.id(), message.topic(), lost);
            return null;
        });
    }

    /** The same, and waits a moment until the broker has it. */
    void publishLast(Message message, Duration patience) {
        Mqtt5AsyncClient connected = client;
        if (connected == null || ended.get() || !connected.getState().isConnected()) {
            return;
        }
        try {
            connected.publish(packet(message)).get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("{}: {} was not published", file.id(), message.topic(), e);
        }
    }

    private static Mqtt5Publish packet(Message message) {
        return Mqtt5Publish.builder()
                .topic(message.topic())
                .payload(message.bytes())
                .qos(qos(message.qos()))
                .retain(message.retained())
                .build();
    }

    private static MqttQos qos(int level) {
        return level == 0 ? MqttQos.AT_MOST_ONCE : level == 1 ? MqttQos.AT_LEAST_ONCE : MqttQos.EXACTLY_ONCE;
    }

    /** Leaves in order; the session stays with the broker. */
    void close(Duration patience) {
        origin.open = false;
        Mqtt5AsyncClient connected = client;
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

    private void subscribed(@Nullable Mqtt5SubAck ack, @Nullable Throwable failure) {
        if (ack == null) {
            Throwable cause = failure == null ? new IllegalStateException("no SUBACK") : failure;
            Mqtt5AsyncClient connected = client;
            if (connected != null && connected.getState().isConnected()) {
                var unused = connected.disconnect();
            }
            end(cause);
            return;
        }
        List<String> refused = new ArrayList<>();
        for (int i = 0; i < ack.getReasonCodes().size(); i++) {
            if (ack.getReasonCodes().get(i).isError()) {
                refused.add(file.topics().get(i).filter() + " ("
                        + ack.getReasonCodes().get(i) + ")");
            }
        }
        events.subscribed(this, refused);
    }

    private void end(Throwable cause) {
        origin.open = false;
        if (ended.compareAndSet(false, true)) {
            events.down(this, cause);
        }
    }

    private Mqtt5Connect connect(
            int receiveMaximum, UnaryOperator<String> secrets, Optional<Message> will, boolean cleanStart) {
        var connect = Mqtt5Connect.builder()
                .cleanStart(cleanStart)
                .sessionExpiryInterval(cleanStart ? 0 : Math.min(file.session().toSeconds(), 0xFFFF_FFFEL))
                .keepAlive((int) Math.min(Math.max(1, file.keepAlive().toSeconds()), MAX_UINT16))
                .restrictions()
                .receiveMaximum(receiveMaximum)
                .maximumPacketSize(MAX_PACKET)
                .applyRestrictions();
        if (will.isPresent()) {
            connect = connect.willPublish(packet(will.get()));
        }
        if (file.user().isEmpty() && file.password().isEmpty()) {
            return connect.build();
        }
        byte[] password = file.password()
                .map(secret -> secret.reveal(secrets).getBytes(StandardCharsets.UTF_8))
                .orElse(new byte[0]);
        if (file.user().isEmpty()) {
            return connect.simpleAuth().password(password).applySimpleAuth().build();
        }
        var user = connect.simpleAuth().username(file.user().get());
        return (file.password().isPresent() ? user.password(password) : user)
                .applySimpleAuth()
                .build();
    }

    /** Sent on every connection: new filters of the file take effect, and known ones bring no retained messages anew. */
    private Mqtt5Subscribe subscribe() {
        List<Mqtt5Subscription> subscriptions = new ArrayList<>();
        for (MqttSourceFile.Topic topic : file.topics()) {
            subscriptions.add(Mqtt5Subscription.builder()
                    .topicFilter(topic.filter())
                    .qos(topic.qos() == 0 ? MqttQos.AT_MOST_ONCE : MqttQos.AT_LEAST_ONCE)
                    .retainHandling(
                            topic.decode().equals(Decoders.SIEMENS) // metadata is retained, and may be new to this hub
                                    ? Mqtt5RetainHandling.SEND
                                    : Mqtt5RetainHandling.SEND_IF_SUBSCRIPTION_DOES_NOT_EXIST)
                    .build());
        }
        return Mqtt5Subscribe.builder().addSubscriptions(subscriptions).build();
    }

    /** The innermost message that says something. */
    static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null
                && (cause instanceof CompletionException
                        || cause instanceof ExecutionException
                        || cause instanceof com.hivemq.client.mqtt.exceptions.ConnectionFailedException)) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
