package org.millrace.source.mqtt;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.lifecycle.Mqtt3ClientConnectedContext;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.Mqtt3Subscribe;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.Mqtt3Subscription;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.suback.Mqtt3SubAck;
import io.reactivex.disposables.Disposable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.millrace.source.decode.Conversation.Message;

/** MQTT 3.1.1. It has no receive maximum, no largest packet, no end of a session and no reason for a disconnect. */
final class Wire3 implements Wire {
    private final Settings settings;
    private final Mqtt3AsyncClient client;
    private final Disposable messages;

    Wire3(Settings settings, Ears ears) {
        this.settings = settings;
        this.client = Mqtt3Client.builder()
                .identifier(settings.file().clientId())
                .transportConfig(settings.transport())
                .executorConfig(settings.executor())
                .addConnectedListener(context -> ears.session(
                        ((Mqtt3ClientConnectedContext) context).getConnAck().isSessionPresent()))
                .addDisconnectedListener(context -> {
                    ears.down(context.getCause());
                    over();
                })
                .buildAsync();
        // before connecting, for the same reason as in MQTT 5
        this.messages = client.toRx()
                .publishes(MqttGlobalPublishFilter.ALL, true)
                .subscribe(message -> ears.arrived(arrived(message)), failure -> {}); // told by the connection's end
    }

    /** Without it the client's thread would wait for messages of a connection that is gone. */
    private void over() {
        messages.dispose();
    }

    private static Arrived arrived(Mqtt3Publish message) {
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
        var connect = Mqtt3Connect.builder().cleanSession(settings.clean()).keepAlive(settings.keepAliveSeconds());
        if (settings.will().isPresent()) {
            connect = connect.willPublish(packet(settings.will().get()));
        }
        if (file.user().isPresent()) { // a password alone cannot be sent (MQTT 3.1.1 §3.1.2.9)
            var user = connect.simpleAuth().username(file.user().get());
            connect = (settings.password().isPresent()
                            ? user.password(settings.password().get())
                            : user)
                    .applySimpleAuth();
        }
        return client.connect(connect.build());
    }

    @Override
    public CompletableFuture<List<String>> subscribe() {
        List<Mqtt3Subscription> subscriptions = new ArrayList<>();
        for (MqttSourceFile.Topic topic : settings.file().topics()) {
            subscriptions.add(Mqtt3Subscription.builder()
                    .topicFilter(topic.filter())
                    .qos(topic.qos() == 0 ? MqttQos.AT_MOST_ONCE : MqttQos.AT_LEAST_ONCE)
                    .build());
        }
        Mqtt3Subscribe all =
                Mqtt3Subscribe.builder().addSubscriptions(subscriptions).build();
        return client.subscribe(all).thenApply(this::refused);
    }

    private List<String> refused(Mqtt3SubAck ack) {
        List<String> refused = new ArrayList<>();
        for (int i = 0; i < ack.getReturnCodes().size(); i++) {
            if (ack.getReturnCodes().get(i).isError()) {
                refused.add(settings.file().topics().get(i).filter() + " ("
                        + ack.getReturnCodes().get(i) + ")");
            }
        }
        return refused;
    }

    @Override
    public boolean repeatsRetained() {
        return true;
    }

    @Override
    public CompletableFuture<?> publish(Message message) {
        return client.publish(packet(message));
    }

    private static Mqtt3Publish packet(Message message) {
        return Mqtt3Publish.builder()
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
