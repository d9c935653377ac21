package org.millrace;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.millrace.security.Secrets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /hooks/<connector>/<token>}: a CMMS says that an order changed. The body is not read and nothing of it is
 * believed: the connector asks its system, as it does anyway each time it polls. So a stolen token buys no more than a
 * poll, and any system can say it, whatever its webhooks look like.
 */
final class Webhooks {
    private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);

    private final RemoteOrders orders;

    Webhooks(RemoteOrders orders) {
        this.orders = orders;
    }

    /** Before what answers 404 to everything else. */
    void mount(Router router) {
        router.route(HttpMethod.POST, "/hooks/:connector/:token").handler(this::take);
    }

    private void take(RoutingContext c) {
        String connector = c.pathParam("connector");
        String token = c.pathParam("token");
        c.request().resume();
        c.vertx()
                .executeBlocking(() -> told(connector, token), false) // a secret is read from its file
                .onSuccess(
                        known -> c.response().setStatusCode(known ? 202 : 404).end())
                .onFailure(c::fail);
    }

    private boolean told(String connector, String token) {
        try {
            return orders.told(connector, token);
        } catch (Secrets.UnavailableException e) {
            LOG.warn("{}: a webhook can't be checked: {}", connector, e.getMessage());
            return false;
        }
    }
}
