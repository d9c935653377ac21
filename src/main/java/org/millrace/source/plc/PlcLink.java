package org.millrace.source.plc;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.plc4x.java.api.PlcConnection;
import org.apache.plc4x.java.api.PlcDriverManager;
import org.apache.plc4x.java.api.exceptions.PlcConnectionException;
import org.apache.plc4x.java.api.messages.PlcReadRequest;
import org.apache.plc4x.java.api.messages.PlcReadResponse;
import org.apache.plc4x.java.api.types.PlcResponseCode;
import org.apache.plc4x.java.api.value.PlcValue;
import org.apache.plc4x.java.spi.connection.AbstractPlcConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One PLC4X connection with a time limit on every step, closed without leaving threads behind. */
final class PlcLink {
    private static final Logger log = LoggerFactory.getLogger(PlcLink.class);
    private static final Pattern TCP =
            Pattern.compile("(?<driver>modbus-tcp|s7|ads|eip)(:tcp)?://(?<host>[^:/?]+|\\[[^]]+])(:(?<port>\\d+))?.*");
    private static final Map<String, Integer> PORTS = Map.of("modbus-tcp", 502, "s7", 102, "ads", 48898, "eip", 44818);

    /** @param value null unless the code is OK */
    record Result(PlcResponseCode code, @Nullable PlcValue value) {}

    /** Looking for drivers takes a while and logs each of them: once is enough. */
    private static final class Drivers {
        static final PlcDriverManager MANAGER = PlcDriverManager.getDefault();
    }

    private final PlcConnection connection;
    private final Duration timeout;

    private PlcLink(PlcConnection connection, Duration timeout) {
        this.connection = connection;
        this.timeout = timeout;
    }

    static PlcLink open(String url, Duration timeout)
            throws IOException, PlcConnectionException, TimeoutException, InterruptedException {
        probe(url, timeout);
        PlcConnection connection = Drivers.MANAGER.getDriverForUrl(url).getConnection(withRequestTimeout(url, timeout));
        PlcLink link = new PlcLink(connection, timeout);
        CompletableFuture<@Nullable Void> connected = new CompletableFuture<>();
        // connect() waits without limit for the other side's answer (S7 and others)
        Thread connecting = Thread.ofPlatform().daemon().name("plc-connect").start(() -> {
            try {
                connection.connect();
                connected.complete(null);
            } catch (PlcConnectionException | RuntimeException e) {
                connected.completeExceptionally(e);
            }
        });
        try {
            connected.get(2 * timeout.toMillis(), TimeUnit.MILLISECONDS);
            return link;
        } catch (ExecutionException e) {
            link.close();
            throw new PlcConnectionException(text(e), e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            connecting.interrupt();
            link.close();
            throw e;
        }
    }

    /** A plain connect first: PLC4X has no connect time limit and prints a stack trace for every failure. */
    private static void probe(String url, Duration timeout) throws IOException {
        Matcher matcher = TCP.matcher(url);
        if (!matcher.matches()) {
            return;
        }
        int port = matcher.group("port") == null
                ? PORTS.getOrDefault(matcher.group("driver"), 0)
                : Integer.parseInt(matcher.group("port"));
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(matcher.group("host"), port), Math.toIntExact(timeout.toMillis()));
        }
    }

    /** The driver's own limit must lie behind ours: it would turn a dead device into a strange response code. */
    private static String withRequestTimeout(String url, Duration timeout) {
        if (!url.startsWith("modbus") || url.contains("request-timeout=")) {
            return url;
        }
        return url + (url.contains("?") ? "&" : "?") + "request-timeout=" + (2 * timeout.toMillis() + 1000);
    }

    boolean connected() {
        return connection.isConnected();
    }

    /** Whether the driver can read the address at all; asked once, before it is planned. */
    boolean understands(String address) {
        try {
            return connection.parseTagAddress(address).isPresent();
        } catch (RuntimeException e) { // each driver has its own exception for this
            return false;
        }
    }

    /**
     * Reads one unit.
     *
     * @return a result for each of its addresses
     * @throws TimeoutException when the device did not answer; the connection is then useless
     */
    Map<String, Result> read(ReadPlan.Unit unit) throws TimeoutException, InterruptedException, IOException {
        return switch (unit) {
            case ReadPlan.Registers registers -> readArray(registers);
            case ReadPlan.Tags tags -> readTags(tags.addresses());
        };
    }

    private Map<String, Result> readArray(ReadPlan.Registers unit)
            throws TimeoutException, InterruptedException, IOException {
        Result array = readTags(List.of(unit.array())).values().iterator().next();
        Map<String, Result> results = new LinkedHashMap<>();
        PlcValue value = array.value();
        for (ReadPlan.At at : unit.at()) {
            if (array.code() != PlcResponseCode.OK || value == null) {
                results.put(at.address(), array);
            } else if (unit.count() == 1) {
                results.put(at.address(), array);
            } else if (value.isList() && value.getLength() == unit.count()) {
                results.put(at.address(), new Result(PlcResponseCode.OK, value.getIndex(at.element())));
            } else {
                results.put(at.address(), new Result(PlcResponseCode.INVALID_DATA, null));
            }
        }
        return results;
    }

    private Map<String, Result> readTags(List<String> addresses)
            throws TimeoutException, InterruptedException, IOException {
        PlcReadRequest.Builder builder = connection.readRequestBuilder();
        for (int i = 0; i < addresses.size(); i++) {
            builder.addTagAddress("t" + i, addresses.get(i));
        }
        PlcReadResponse response;
        try {
            response = builder.build().execute().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(text(e), e.getCause());
        }
        Map<String, Result> results = new LinkedHashMap<>();
        for (int i = 0; i < addresses.size(); i++) {
            PlcResponseCode code =
                    Optional.ofNullable(response.getResponseCode("t" + i)).orElse(PlcResponseCode.INTERNAL_ERROR);
            results.put(
                    addresses.get(i),
                    new Result(code, code == PlcResponseCode.OK ? response.getPlcValue("t" + i) : null));
        }
        return results;
    }

    /** Returns at once; the socket is closed behind, with the driver's threads. */
    Thread close() {
        return Thread.ofPlatform().daemon().name("plc-close").start(() -> {
            try {
                connection.close();
            } catch (Exception e) { // the interface declares it; a link that is lost anyway has nothing more to say
                log.debug("closing a connection failed", e);
            }
            if (connection instanceof AbstractPlcConnection known && known.getProtocol() != null) {
                // a channel that the device closed no longer passes the close event on, and the threads would stay
                release(known.getProtocol());
            }
        });
    }

    private static <T> void release(org.apache.plc4x.java.spi.Plc4xProtocolBase<T> protocol) {
        try {
            protocol.close(protocol.getConversationContext());
        } catch (RuntimeException e) {
            log.debug("the driver did not close cleanly", e);
        }
    }

    static String text(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof ExecutionException || cause instanceof PlcConnectionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof TimeoutException) {
            return "no answer in time";
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
