package org.millrace.source.mqtt;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;

/**
 * Host and port of a broker, whether to speak TLS, and the path of its WebSocket.
 *
 * @param path of the WebSocket without its first slash; {@code null} when MQTT goes over plain TCP
 */
record BrokerAddress(
        String host,
        int port,
        boolean tls,
        @org.jspecify.annotations.Nullable String path) {
    static final String FORMS = "mqtt://host:1883, mqtts://host:8883, ws://host/path or wss://host/path";
    private static final int MAX_PORT = 65_535;
    private static final Map<String, Integer> PORTS = Map.of("mqtt", 1883, "mqtts", 8883, "ws", 80, "wss", 443);

    /**
     * @param text one of {@link #FORMS}
     * @throws IllegalArgumentException with a message for people
     */
    static BrokerAddress parse(String text) {
        try {
            URI uri = new URI(text);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme();
            Integer port = PORTS.get(scheme);
            String path = uri.getPath() == null ? "" : uri.getPath();
            boolean web = scheme.startsWith("ws");
            if (port == null
                    || uri.getHost() == null
                    || uri.getUserInfo() != null
                    || uri.getPort() > MAX_PORT
                    || uri.getQuery() != null
                    || !(web || path.isEmpty() || path.equals("/"))) {
                throw refused(text);
            }
            String host = uri.getHost().startsWith("[")
                    ? uri.getHost().substring(1, uri.getHost().length() - 1)
                    : uri.getHost();
            return new BrokerAddress(
                    host,
                    uri.getPort() > 0 ? uri.getPort() : port,
                    scheme.endsWith("s") && !scheme.equals("ws"),
                    web ? (path.startsWith("/") ? path.substring(1) : path) : null);
        } catch (URISyntaxException e) {
            throw refused(text);
        }
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException(
                "broker: '" + text + "' is not " + FORMS + "; user and password have keys of their own");
    }

    @Override
    public String toString() {
        String scheme = path == null ? (tls ? "mqtts://" : "mqtt://") : (tls ? "wss://" : "ws://");
        return scheme + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port
                + (path == null ? "" : "/" + path);
    }
}
