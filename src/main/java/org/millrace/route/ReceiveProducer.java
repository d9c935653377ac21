package org.millrace.route;

import io.vertx.ext.auth.User;
import java.util.Optional;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConstants;
import org.apache.camel.support.DefaultAsyncProducer;
import org.millrace.source.http.HttpSource;

/**
 * {@code hub:receive}: hands what a device posted to the source of the address it posted to, and answers when it is
 * durable. Source and device are those that the hub's door has made out by the token; no header of the request counts
 * for it.
 */
final class ReceiveProducer extends DefaultAsyncProducer {
    /** Members of the principal that the door gives a request. */
    private static final String SOURCE = "source";

    private static final String DEVICE = "username";
    private static final String DOOR = "/ingest/";

    private final HubPort port;

    ReceiveProducer(HubEndpoint endpoint) {
        super(endpoint);
        this.port = endpoint.port();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Message message = exchange.getMessage();
        User user = message.getHeader(VertxPlatformHttpConstants.AUTHENTICATED_USER, User.class);
        String source = user == null ? "" : user.principal().getString(SOURCE, "");
        if (user == null || source.isEmpty()) {
            exchange.setException(new IllegalStateException(
                    "hub:receive takes what was posted to " + DOOR + "<source>: use it in a rest: with that path"));
            callback.done(true);
            return true;
        }
        byte[] body = Optional.ofNullable(message.getBody(byte[].class)).orElseGet(() -> new byte[0]);
        port.receive(source, user.principal().getString(DEVICE, ""), path(message, source), messageId(message), body)
                .whenComplete((answer, failure) -> {
                    answer(
                            message,
                            failure == null ? answer : new HttpSource.Answer(503, 10, "not taken; send it again"));
                    callback.done(false);
                });
        return false;
    }

    private static String messageId(Message message) {
        return Optional.ofNullable(message.getHeader("Idempotency-Key", String.class))
                .or(() -> Optional.ofNullable(message.getHeader("X-Message-Id", String.class)))
                .orElse("")
                .strip();
    }

    /** What follows the source in the address. */
    private static String path(Message message, String source) {
        String path = message.getHeader(Exchange.HTTP_URI, "", String.class);
        String door = DOOR + source;
        String rest = path.startsWith(door) ? path.substring(door.length()) : "";
        return rest.startsWith("/") ? rest.substring(1) : rest;
    }

    /** Nothing of the request goes back with it: Camel would send its headers, the token among them. */
    private static void answer(Message message, HttpSource.Answer answer) {
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        if (answer.retryAfter() > 0) {
            message.setHeader("Retry-After", Integer.toString(answer.retryAfter()));
        }
        message.setBody(answer.json());
    }
}
