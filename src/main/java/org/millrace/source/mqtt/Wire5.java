package org.millrace.source.mqtt;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.lifecycle.Mqtt5ClientConnectedContext;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAck;
import io.reactivex.disposables.Disposable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.millrace.source.decode.Conversation.Message;
import org.millrace.source.decode.Decoders;

/** MQTT 5. */
final class Wire5 implements Wire {
    /** Larger packets the broker must not send (MQTT 5 §3.1.2.11.4); 60 times what any decoder reads. */
    static final int MAX_PACKET = 16 * 1024 * 1024;

    private static final long MAX_EXPIRY = 0xFFFF_FFFEL;

    private final Settings settings;
    private final Mqtt5AsyncClient client;
    private final Disposable messages;

    Wire5(Settings settings, Ears ears) {
        this.settings = settings;
        this.client = Mqtt5Client.builder()
                .identifier(settings.file().clientId())
                .transportConfig(settings.transport())
                .executorConfig(settings.executor())
                .addConnectedListener(context -> ears.session(
                        ((Mqtt5ClientConnectedContext) context).getConnAck().isSessionPresent()))
                .addDisconnectedListener(context -> {
                    ears.down(context.getCause());
                    over();
                })
                .buildAsync();
        // before connecting, on the connection's own thread: a durable session's messages follow the CONNACK at once
        this.messages = client.toRx()
                .publishes(MqttGlobalPublishFilter.ALL, true)
                .subscribe(message -> ears.arrived(arrived(message)), failure -> {}); // told by the connection's end
    }

    /** Without it the client's thread would wait for messages of a connection that is gone. */
    private void over() {
        messages.dispose();
    }

    private static Arrived arrived(Mqtt5Publish message) {
        return new Arrived(
                message.getTopic().toString(),
                message.getPayloadAsBytes(),
                message.getQos() != MqttQos.AT_MOST_ONCE,
                message.isRetain(),
                message::acknowledge);
    }

    @Override
    public CompletableFuture<?> connect() {
        MqttSourceFile file = settings.file();
        var connect = Mqtt5Connect.builder()
                .cleanStart(settings.clean())
                .sessionExpiryInterval(
                        settings.clean() ? 0 : Math.min(file.session().toSeconds(), MAX_EXPIRY))
                .keepAlive(settings.keepAliveSeconds())
                .restrictions()
                .receiveMaximum(settings.receiveMaximum())
                .maximumPacketSize(MAX_PACKET)
                .applyRestrictions();
        if (settings.will().isPresent()) {
            connect = connect.willPublish(packet(settings.will().get()));
        }
        if (file.user().isEmpty() && settings.password().isEmpty()) {
            return client.connect(connect.build());
        }
        byte[] password = settings.password().orElse(new byte[0]);
        if (file.user().isEmpty()) {
            return client.connect(
                    connect.simpleAuth().password(password).applySimpleAuth().build());
        }
        var user = connect.simpleAuth().username(file.user().get());
        return client.connect((settings.password().isPresent() ? user.password(password) : user)
                .applySimpleAuth()
                .build());
    }

    @Override
    public CompletableFuture<List<String>> subscribe() {
        List<Mqtt5Subscription> subscriptions = new ArrayList<>();
        for (MqttSourceFile.Topic topic : settings.file().topics()) {
            subscriptions.add(Mqtt5Subscription.builder()
                    .topicFilter(topic.filter())
                    .qos(topic.qos() == 0 ? MqttQos.AT_MOST_ONCE : MqttQos.AT_LEAST_ONCE)
                    .retainHandling(
                            topic.decode().equals(Decoders.SIEMENS) // metadata is retained, and may be new to this hub
                                    ? Mqtt5RetainHandling.SEND
                                    : Mqtt5RetainHandling.SEND_IF_SUBSCRIPTION_DOES_NOT_EXIST)
                    .build());
        }
        Mqtt5Subscribe all =
                Mqtt5Subscribe.builder().addSubscriptions(subscriptions).build();
        return client.subscribe(all).thenApply(this::refused);
    }

    private List<String> refused(Mqtt5SubAck ack) {
        List<String> refused = new ArrayList<>();
        for (int i = 0; i < ack.getReasonCodes().size(); i++) {
            if (ack.getReasonCodes().get(i).isError()) {
                refused.add(settings.file().topics().get(i).filter() + " ("
                        + ack.getReasonCodes().get(i) + ")");
            }
        }
        return refused;
    }

    @Override
    public boolean repeatsRetained() {
        return false;
    }

    @Override
    public CompletableFuture<?> publish(Message message) {
        return client.publish(packet(message));
    }

    private static Mqtt5Publish packet(Message message) {
        return Mqtt5Publish.builder()
                .topic(message.topic())
                .payload(message.bytes())
                .qos(Objects.requireNonNull(MqttQos.fromCode(message.qos())))
                .retain(message.retained())
                .build();
    }

    @Override
    public CompletableFuture<?> disconnect() {
        return client.disconnect();
    }

    @Override
    public boolean connected() {
        return client.getState().isConnected();
    }
}
