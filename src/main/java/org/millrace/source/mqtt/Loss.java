package org.millrace.source.mqtt;

import com.hivemq.client.mqtt.exceptions.ConnectionClosedException;
import com.hivemq.client.mqtt.exceptions.ConnectionFailedException;
import com.hivemq.client.mqtt.exceptions.MqttDecodeException;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * Why a connection ended.
 *
 * @param why for people; no secrets
 */
record Loss(Kind kind, String why) {
    enum Kind {
        /** Anything else: the network, the broker, the login. */
        OTHER,
        /** The broker sent more than the receive maximum, and the client ended it. */
        TOO_MANY,
        /** Another client came under the same id; only MQTT 5 says so. */
        TAKEN_OVER,
        /** Left in order, to be sent what the {@link Window} passed over. */
        WINDOW,
        /** Left in a hurry: the broker sent more than the {@link Window} can pass over. */
        FLOOD
    }

    /** @param file whose connection it was */
    static Loss of(Throwable failure, MqttSourceFile file) {
        Throwable cause = innermost(failure);
        String said = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        boolean five = file.version() == MqttSourceFile.Version.V5;
        return switch (cause) {
            case Mqtt5DisconnectException e -> told(e, said);
            case Mqtt5ConnAckException e ->
                refused(e.getMqttMessage().getReasonCode().name(), said, file);
            case Mqtt3ConnAckException e ->
                refused(e.getMqttMessage().getReturnCode().name(), said, file);
            case MqttDecodeException e ->
                other(five ? said + "; if the broker speaks MQTT 3.1.1 only, write version: \"3.1.1\"" : said);
            case ConnectionClosedException e -> other(five ? said : noReason(file));
            default -> other(said);
        };
    }

    private static Loss other(String why) {
        return new Loss(Kind.OTHER, why);
    }

    private static String noReason(MqttSourceFile file) {
        return "the broker ended the connection, and MQTT 3.1.1 gives no reason; if it goes on: does another client use"
                + " client_id '" + file.clientId()
                + "', may the user not do this, or does the broker want a certificate?";
    }

    private static Loss told(Mqtt5DisconnectException disconnect, String said) {
        return switch (disconnect.getMqttMessage().getReasonCode()) {
            case RECEIVE_MAXIMUM_EXCEEDED -> new Loss(Kind.TOO_MANY, said);
            case SESSION_TAKEN_OVER -> new Loss(Kind.TAKEN_OVER, said);
            default -> other(said);
        };
    }

    private static Loss refused(String code, String said, MqttSourceFile file) {
        return other(
                switch (code) {
                    case "NOT_AUTHORIZED", "BAD_USER_NAME_OR_PASSWORD" ->
                        "the broker refuses the login (" + code + "): check user and password";
                    case "UNSUPPORTED_PROTOCOL_VERSION" ->
                        file.version() == MqttSourceFile.Version.V5
                                ? "the broker does not speak MQTT 5: write version: \"3.1.1\""
                                : "the broker does not speak MQTT 3.1.1: leave version out for MQTT 5";
                    case "IDENTIFIER_REJECTED", "CLIENT_IDENTIFIER_NOT_VALID" ->
                        "the broker refuses client_id '" + file.clientId() + "' (" + code + ")";
                    default -> said;
                });
    }

    /** The innermost that says something. */
    private static Throwable innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null
                && (cause instanceof CompletionException
                        || cause instanceof ExecutionException
                        || cause instanceof ConnectionFailedException)) {
            cause = cause.getCause();
        }
        return cause;
    }
}
