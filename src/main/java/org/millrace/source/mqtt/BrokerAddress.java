package org.millrace.source.mqtt;

import java.net.URI;
import java.net.URISyntaxException;

/** Host and port of a broker, and whether to speak TLS. */
record BrokerAddress(String host, int port, boolean tls) {
    private static final int MAX_PORT = 65_535;

    /**
     * @param text {@code mqtt://host[:1883]} or {@code mqtts://host[:8883]}
     * @throws IllegalArgumentException with a message for people
     */
    static BrokerAddress parse(String text) {
        try {
            URI uri = new URI(text);
            boolean tls = "mqtts".equals(uri.getScheme());
            if (!tls && !"mqtt".equals(uri.getScheme())) {
                throw refused(text);
            }
            String path = uri.getPath();
            if (uri.getHost() == null
                    || uri.getUserInfo() != null
                    || uri.getPort() > MAX_PORT
                    || !(path == null || path.isEmpty() || path.equals("/"))) {
                throw refused(text);
            }
            String host = uri.getHost().startsWith("[")
                    ? uri.getHost().substring(1, uri.getHost().length() - 1)
                    : uri.getHost();
            return new BrokerAddress(host, uri.getPort() > 0 ? uri.getPort() : tls ? 8883 : 1883, tls);
        } catch (URISyntaxException e) {
            throw refused(text);
        }
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException("broker: '" + text
                + "' is not mqtt://host:1883 or mqtts://host:8883; user and password have keys of their own");
    }

    @Override
    public String toString() {
        return (tls ? "mqtts://" : "mqtt://") + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
